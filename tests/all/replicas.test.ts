// The mesh with several processes of each service: every scenario, and some of the faults, each with 40 tasks in flight.
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChaosMesh, openChaosMesh } from '../chaos/chaos-mesh.ts';
import { faultNamed } from '../chaos/faults.ts';
import { runRound } from '../chaos/round.ts';

const SCALE = { worker: 3, 'ws-hub': 2, 'rest-api': 2, 'edge-mcp': 2, 'cost-ledger': 2 };
const TASKS = 40;
const START_MS = 120_000;
const ROUND_MS = 120_000;

let mesh: ChaosMesh;
beforeAll(async () => {
  mesh = await openChaosMesh({ scale: SCALE });
}, START_MS);
afterAll(() => mesh[Symbol.asyncDispose]());

it.each(['kill worker', 'kill rest-api', 'restart ws-hub', 'restart edge-mcp', 'restart cost-ledger'])(
  'no task is lost, done twice or charged twice with replicas: %s',
  { timeout: ROUND_MS },
  async (name) => {
    const { breaches, asked } = await runRound(mesh, faultNamed(name), { tasks: TASKS, latencyFactor: 1 });
    expect(breaches).toEqual([]);
    expect(asked.filter(({ end }) => end)).toHaveLength(TASKS);
  },
);

// The last: its scenarios leave dead letters, which the rounds above would report.
it('every hop of every scenario holds with replicas', { timeout: ROUND_MS }, async () => {
  await using agent = openAgent(mesh.endpoints);
  const limit = pLimit(3);
  const verdict = async ({ name, edges }: Scenario) => {
    const { traceId, relatedTraceIds } = await agent.fire(name);
    const options = { timeoutMs: 10_000, relatedTraceIds };
    const { hops, problems } = await waitForTrace(mesh.endpoints.traces, traceId, edges, options);
    return { name, broken: hops.filter(({ ok }) => !ok), problems };
  };
  const verdicts = await Promise.all(scenarios.map((scenario) => limit(verdict, scenario)));
  expect(verdicts).toEqual(scenarios.map(({ name }) => ({ name, broken: [], problems: [] })));
});
