// Every verdict can turn red: take away what a row hangs on, and its hop, by name, no longer holds. The work still does.
import { startMesh } from '@trace-mesh/embedded/mesh';
import { breakingEnv } from '@trace-mesh/scenarios/breaking';
import { breaks } from '@trace-mesh/scenarios/breaks';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { expect, it } from 'vitest';

/** Long enough for a whole trace to arrive: a hop that is missing then is missing. */
const VERDICT_MS = 5_000;

const rows = [...new Set(breaks.map(({ row }) => row))];

it.each(rows)('--break %i turns that row red, and the result is there all the same', async (row) => {
  const env = breakingEnv(row);
  const proving = scenarios.filter(({ edges }) => edges.some((edge) => edge.row === row));
  await using mesh = await startMesh({ env });
  await using agent = openAgent(mesh.endpoints, { env });
  const red: number[] = [];
  for (const { name, edges } of proving) {
    const { traceId, relatedTraceIds } = await agent.fire(name);
    const options = { timeoutMs: VERDICT_MS, relatedTraceIds };
    const { hops } = await waitForTrace(mesh.endpoints.traces, traceId, edges, options);
    red.push(...hops.filter((hop) => !hop.ok).map((hop) => hop.row));
  }
  expect(red).toContain(row);
});
