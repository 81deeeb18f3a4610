// `npm test`: lint, types and unit tests; the last line is `N passed, N failed`.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { startVitest } from 'vitest/node';
import { addCounts, type Counts, countTests } from './count-tests.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = execa({
  cwd: ROOT,
  stdin: 'ignore',
  all: true,
  reject: false,
  preferLocal: true,
  localDir: ROOT,
});

async function runTool(tool: string, ...args: string[]): Promise<Counts> {
  const { failed, all } = await run(tool, args);
  if (failed) console.log(all);
  return failed ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 };
}

async function runTests(): Promise<Counts> {
  const vitest = await startVitest([], { root: ROOT, run: true, watch: false });
  await vitest.close();
  const failed = Boolean(process.exitCode) || vitest.state.getUnhandledErrors().length > 0;
  return countTests(vitest.state.getTestModules(), failed);
}

// Unit tests wait half of their time, which lint and types use.
const counts = await Promise.all([runTool('biome', 'ci', '.'), runTool('tsc', '--noEmit'), runTests()]);
const { passed, failed } = addCounts(...counts);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
