// `npm test`: lint, types and tests, a line for each suite; the last line is `N passed, N failed`.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { addCounts, type Counts, countTests } from './count-tests.ts';
import { slowest, type TimedTest } from './slowest-tests.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HELP = `npm test -- [--unit | --all] [--changed]
  --unit      lint, types and unit tests only (npm run test:unit)
  --all       adds what is slow or needs more: the tests below tests/all, and those that need a browser, below
              tests/browser: a Chromium on PATH, one named by MESH_BROWSER, or one that \`npm run browser\` installs
  --changed   only unit tests that the changes since the last commit can affect; suites that need a mesh only if
              something else than documents changed

Prints the time of each suite and the ten slowest tests.
Exit codes: 0 all passed, 1 something failed, 2 wrong command line.`;

const run = execa({
  cwd: ROOT,
  stdin: 'ignore',
  all: true,
  reject: false,
  preferLocal: true,
  localDir: ROOT,
});
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const timed: TimedTest[] = [];

/** One count per tool; its output matters only when it fails. */
async function runTool(title: string, tool: string, args: string[]): Promise<Counts> {
  const started = performance.now();
  const { failed, all } = await run(tool, args);
  console.log(`${failed ? '✗' : '✓'} ${title} (${seconds(started)} s)`);
  if (failed) console.log(all);
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0 };
}

/** Vitest runs in this process, so that whatever ends this command ends its mesh as well. */
async function runTests(title: string, projects: string[], options: object = {}): Promise<Counts> {
  const { startVitest } = await import('vitest/node');
  const started = performance.now();
  // A failure of the run before must not count for this one.
  process.exitCode = undefined;
  const vitest = await startVitest([], {
    root: ROOT,
    run: true,
    watch: false,
    project: projects,
    passWithNoTests: true,
    ...options,
  });
  // Stops the mesh, and may still fail.
  await vitest.close();
  const modules = vitest.state.getTestModules();
  timed.push(...slowest(modules));
  const unexplained = Boolean(process.exitCode) || vitest.state.getUnhandledErrors().length > 0;
  const counts = countTests(modules, unexplained);
  console.log(`${counts.failed === 0 ? '✓' : '✗'} ${title} (${seconds(started)} s)`);
  return counts;
}

const OPTIONS = { unit: 'boolean', all: 'boolean', changed: 'boolean', help: 'boolean' } as const;

function readArgs(): Partial<Record<keyof typeof OPTIONS, boolean>> {
  const options = Object.fromEntries(Object.entries(OPTIONS).map(([name, type]) => [name, { type }]));
  try {
    const { values } = parseArgs({ options });
    if (values.unit && values.all) throw new Error('--unit and --all exclude each other');
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nsee --help`);
    process.exit(2);
  }
}

/** Whether the working tree differs from the last commit in more than documents. */
async function hasCodeChanges(): Promise<boolean> {
  const { stdout } = await run('git', ['status', '--porcelain', '--untracked-files=all']);
  return stdout.split('\n').some((file) => file && !file.endsWith('.md'));
}

const { unit, all, changed, help } = readArgs();
if (help) {
  console.log(HELP);
  process.exit(0);
}
const plain = !process.stdout.isTTY && !process.env.FORCE_COLOR;
// Neither biome nor vitest asks whether stdout is a terminal; vitest looks once, when it is loaded.
if (plain) process.env.NO_COLOR ??= '1';
const withMesh = !unit && (!changed || (await hasCodeChanges()));
// Unit tests wait half of their time, which lint and types use.
const counts = await Promise.all([
  runTool('lint', 'biome', ['ci', '.', ...(plain ? ['--colors=off'] : [])]),
  runTool('types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']),
  runTests('unit', ['unit', 'unit-isolated'], changed ? { changed: true } : {}),
]);
if (withMesh) {
  counts.push(await runTests('end-to-end', ['e2e']), await runTests('hostile input', ['hostile']));
  if (all) {
    counts.push(await runTests('slow tests', ['all']));
    counts.push(await runTests('browser', ['browser']));
  }
}
console.log('\nslowest tests');
for (const { name, ms } of timed.toSorted((a, b) => b.ms - a.ms).slice(0, 10)) {
  console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`);
}
const { passed, failed } = addCounts(...counts);
console.log(`${passed} passed, ${failed} failed`);
// A test that leaves something open must not keep the command from ending.
process.exit(failed > 0 ? 1 : 0);
