// `npm run test:backends`: the tests of the mesh with a real SQS server and a real Jaeger; the last line is `N passed, N failed`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureOf, stopSignal } from '@trace-mesh/cli/command-line';
import { createVitest } from 'vitest/node';
import { addCounts } from '../../scripts/count-tests.ts';
import { findBackends, type Source } from './find.ts';
import { type BackendsOptions, parseOptions } from './options.ts';
import { awsEnv, MAIN, type Real, VARIABLE } from './real.ts';
import { backendLines, countAll, leftOutLines, suiteLines } from './report.ts';
import { startBackends } from './start.ts';
import { filesOfSuites } from './suites.ts';
import type { RealBackends } from './unsuited.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string) => console.log(line);

/** Runs the tests; the exit code. */
async function runTests(real: Real, { suite }: BackendsOptions, signal: AbortSignal): Promise<number> {
  Object.assign(process.env, awsEnv(real.run, MAIN), { [VARIABLE]: JSON.stringify(real) });
  const files = filesOfSuites();
  const chosen = suite?.flatMap((name) => files.get(name) ?? []);
  const vitest = await createVitest({ root: ROOT, run: true, watch: false, project: ['backends'] });
  const cancel = () => void vitest.cancelCurrentRun('keyboard-input');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await vitest.start(chosen);
  } finally {
    // Stops the mesh, and may still fail.
    await vitest.close();
  }
  signal.throwIfAborted();
  const modules = vitest.state.getTestModules();
  const unexplained = Boolean(process.exitCode) || vitest.state.getUnhandledErrors().length > 0;
  const { passed, failed } = addCounts(countAll(modules, real, unexplained));
  for (const line of suiteLines({ modules, files })) say(line);
  say(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

const isReal = ({ program, at }: Source) => Boolean(program ?? at);
const namesOf = (sources: readonly Source[]): RealBackends => ({
  real: new Set(sources.filter(isReal).map(({ name }) => name)),
  programs: new Set(sources.filter(({ program }) => program).map(({ name }) => name)),
});

async function testBackends(options: BackendsOptions): Promise<number> {
  const signal = stopSignal();
  const sources = await findBackends(process.env).catch((error: Error) => error);
  if (sources instanceof Error) {
    console.error(sources.message);
    return 2;
  }
  for (const line of backendLines(sources)) say(line);
  if (
    !sources.some(
      (source) => ['sqs', 'traces', 'prometheus', 'redis'].includes(source.name) && isReal(source),
    )
  ) {
    console.error('none of SQS, traces, Prometheus and Redis is real');
    return options.ifFound ? 0 : 2;
  }
  say(`left out:\n${leftOutLines(namesOf(sources)).join('\n')}`);
  if (options.list) return 0;
  try {
    const run = Date.now().toString(36);
    const logDir = join(ROOT, '.mesh/logs/backends');
    await using started = await startBackends(sources, {
      run,
      logDir,
      env: process.env,
      onProgress: say,
      signal,
    });
    return await Promise.race([started.failed, runTests(started.real, options, signal)]);
  } catch (error) {
    const { message, exitCode } = failureOf(error, signal, 1);
    console.error(message);
    return exitCode;
  }
}

const options = parseOptions(process.argv.slice(2));
// Neither vitest asks whether stdout is a terminal, nor may what a test leaves open keep the command from ending.
process.exit(typeof options === 'number' ? options : await testBackends(options));
