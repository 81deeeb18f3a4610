// A real Jaeger and a real LocalStack restart with tasks in flight, each with what compose gives it. Both run for this file alone.
import { fileURLToPath } from 'node:url';
import type { Backends } from '@trace-mesh/embedded/mesh';
import { openPrograms } from '@trace-mesh/embedded/program';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChaosMesh, openChaosMesh } from '../../chaos/chaos-mesh.ts';
import type { Fault } from '../../chaos/faults.ts';
import { runRound } from '../../chaos/round.ts';
import { composeExportTimeout } from '../../compose-env.ts';
import { jaegerProgram } from '../jaeger.ts';
import { localStackProgram } from '../localstack.ts';
import { awsEnv, readReal } from '../real.ts';
import { PROGRAM_PORTS } from '../start.ts';

const TASKS = 40;
const START_MS = 150_000;
const ROUND_MS = 120_000;
/** Longer than the first retries of an exporter, in ms. */
const DOWN_MS = 3_000;

const { run = '', programs: commands } = readReal() ?? {};
const stack = new AsyncDisposableStack();
const restarts: { jaeger?: Fault; localstack?: Fault } = {};
let mesh: ChaosMesh;

type Running = { stop: () => Promise<void>; start: () => Promise<void> };
const restartOf = (name: string, program: Running): Fault => ({
  name: `restart ${name}`,
  async begin() {
    await program.stop();
    return () => program.start();
  },
  lastsMs: DOWN_MS,
});

beforeAll(async () => {
  const logDir = fileURLToPath(new URL('../../../.mesh/logs/restarts', import.meta.url));
  const programs = stack.use(await openPrograms({ logDir, env: process.env, ports: PROGRAM_PORTS }));
  const backends: Backends = {};
  if (commands?.traces) {
    const { program, addresses } = jaegerProgram(commands.traces, programs);
    restarts.jaeger = restartOf('jaeger', await programs.start(program));
    backends.traces = addresses;
  }
  if (commands?.sqs) {
    const { program, addresses } = await localStackProgram(commands.sqs, programs);
    restarts.localstack = { ...restartOf('localstack', await programs.start(program)), gone: 'queue' };
    backends.sqs = { ...addresses, env: awsEnv(run, 'restarts') };
  }
  const env = { OTEL_EXPORTER_OTLP_TIMEOUT: await composeExportTimeout() };
  mesh = stack.use(await openChaosMesh({ backends, env }));
}, START_MS);
afterAll(() => stack.disposeAsync());

async function breachesOf(fault: Fault | undefined) {
  if (!fault) throw new Error('the program is not there (unsuited.ts leaves its test out)');
  const { breaches, asked } = await runRound(mesh, fault, { tasks: TASKS, latencyFactor: 1 });
  expect(asked.filter(({ end }) => end)).toHaveLength(TASKS);
  return breaches;
}

it('no task and no span is lost when Jaeger restarts', { timeout: ROUND_MS }, async () => {
  expect(await breachesOf(restarts.jaeger)).toEqual([]);
});

it('no task and no span is lost when LocalStack restarts', { timeout: ROUND_MS }, async () => {
  expect(await breachesOf(restarts.localstack)).toEqual([]);
});
