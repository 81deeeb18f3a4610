// `npm test`: lint, types and unit tests; the last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { addCounts, type Counts, countTests } from './count-tests.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function runTool(tool: string, ...args: string[]): Counts {
  const { status } = spawnSync(`${ROOT}node_modules/.bin/${tool}`, args, { cwd: ROOT, stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runTests(): Promise<Counts> {
  const vitest = await startVitest([], { root: ROOT, run: true, watch: false });
  await vitest.close();
  const failed = Boolean(process.exitCode) || vitest.state.getUnhandledErrors().length > 0;
  return countTests(vitest.state.getTestModules(), failed);
}

const tools = [runTool('biome', 'ci', '.'), runTool('tsc', '--noEmit')];
const { passed, failed } = addCounts(...tools, await runTests());
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
