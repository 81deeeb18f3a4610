// `npm test`: lint, types and tests in one go, each told in a line; the last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addCounts, type Counts, countTests } from './count-tests.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HELP = `npm test -- [--all]
  --all   adds what is slow or needs more: the tests below tests/all, and those that need a browser, below
          tests/browser: a Chromium on PATH, one named by MESH_BROWSER, or one that \`npm run browser\` brings

Runs lint, types, unit and end-to-end tests. Exit codes: 0 all passed, 1 something failed, 2 wrong command line.`;

/** One count per tool; its output matters only when it fails. */
async function runTool(title: string, tool: string, args: string[]): Promise<Counts> {
  const started = performance.now();
  const child = spawn(`${ROOT}node_modules/.bin/${tool}`, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const [code, out, err] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${title} (${seconds} s)`);
  if (code !== 0) console.log(out + err);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Vitest runs in this process: whatever ends this command ends its mesh as well. */
async function runTests(projects: string[]): Promise<Counts> {
  const { startVitest } = await import('vitest/node');
  // Vitest leaves it behind: the run before would count as this one's failure.
  process.exitCode = undefined;
  const vitest = await startVitest([], { root: ROOT, run: true, watch: false, project: projects });
  // Stops the mesh, and may still fail.
  await vitest.close();
  const unexplained = Boolean(process.exitCode) || vitest.state.getUnhandledErrors().length > 0;
  return countTests(vitest.state.getTestModules(), unexplained);
}

function readArgs(): { all: boolean; help: boolean } {
  try {
    const { values } = parseArgs({ options: { all: { type: 'boolean' }, help: { type: 'boolean' } } });
    return { all: values.all ?? false, help: values.help ?? false };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nsee --help`);
    process.exit(2);
  }
}

const { all, help } = readArgs();
if (help) {
  console.log(HELP);
  process.exit(0);
}
const plain = !process.stdout.isTTY && !process.env.FORCE_COLOR;
// Neither biome nor vitest asks whether a person is watching; vitest looks once, when it is loaded.
if (plain) process.env.NO_COLOR ??= '1';
const lint = await runTool('lint', 'biome', ['ci', '.', ...(plain ? ['--colors=off'] : [])]);
const types = await runTool('types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']);
const tests = await runTests(all ? ['unit', 'e2e', 'all'] : ['unit', 'e2e']);
// After the others: each has a mesh of its own, and two at a time are more than a small machine bears.
const hostile = await runTests(['hostile']);
const browser = all ? await runTests(['browser']) : { passed: 0, failed: 0 };
const { passed, failed } = addCounts(lint, types, tests, hostile, browser);
console.log(`${passed} passed, ${failed} failed`);
// A test that leaves something open must not keep the command from ending.
process.exit(failed > 0 ? 1 : 0);
