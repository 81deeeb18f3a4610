// Every verdict can turn red: take away what a row hangs on, and its hop, by name, no longer holds. The work still does, and
// the doctor says what is missing.
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { breakingEnv } from '@trace-mesh/scenarios/breaking';
import { breaks } from '@trace-mesh/scenarios/breaks';
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { type Agent, openAgent } from '@trace-mesh/scenarios/fire';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { examine } from '@trace-mesh/trace-doctor/examine';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import pLimit from 'p-limit';
import { expect, it } from 'vitest';

/** Long enough for a whole trace to arrive, and so long without a new span: a hop that is missing then is missing. */
const VERDICT_MS = 5_000;
const QUIET_MS = 2_500;
/** So many scenarios are under way at once, as in the demo. */
const AT_ONCE = 3;

/** What the doctor says of a break, where it can say more than that something is missing. */
const REASONS: Record<number, string> = {
  1: 'http-without-traceparent: the request of ',
  8: 'carrier-without-context: the message reached worker without traceparent: rest-api sent it without context',
  11: 'no-room-for-context: the message reached worker without traceparent: agent sent 10 user attributes',
  14: 'item-outside-its-span: ',
};

const registry = readRegistry();
const rows = [...new Set(breaks.map(({ row }) => row))];

it.each(rows)(
  '--break %i turns that row red, the doctor says why, and the result is there all the same',
  async (row) => {
    const env = breakingEnv(row);
    const proving = scenarios.filter(({ edges }) => edges.some((edge) => edge.row === row));
    await using mesh = await startMesh({ env });
    await using agent = openAgent(mesh.endpoints, { env });
    const turn = pLimit(AT_ONCE);
    const found = await Promise.all(proving.map((scenario) => turn(() => findBroken(scenario, agent, mesh))));
    expect(found.flatMap(({ red }) => red)).toContain(row);
    const reasons = found.flatMap(({ diagnoses }) => diagnoses.map(({ cause, text }) => `${cause}: ${text}`));
    expect(reasons).toContainEqual(expect.stringContaining(REASONS[row] ?? ':'));
  },
);

async function findBroken({ name, edges }: Scenario, agent: Agent, { endpoints }: Mesh) {
  const { traceId, relatedTraceIds } = await agent.fire(name);
  const options = { timeoutMs: VERDICT_MS, quietMs: QUIET_MS, relatedTraceIds };
  const { trace, hops } = await waitForTrace(endpoints.traces, traceId, edges, options);
  const surroundings = await readRelatedTraces(endpoints.traces, trace);
  const { diagnoses } = examine(trace, edges, surroundings, registry);
  return { red: hops.filter((hop) => !hop.ok).map((hop) => hop.row), diagnoses };
}
