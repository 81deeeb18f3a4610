// After each fault, with nothing to excuse any more: a few tasks, each answered at once, in a trace with every hop.
import { type Breach, stillBroken } from './breach.ts';
import type { ChaosMesh } from './chaos-mesh.ts';
import { NO_FAULT } from './faults.ts';
import { startLoad } from './load.ts';
import { readTasks } from './truth/tasks.ts';
import { checkTraces } from './truth/traces.ts';
import { truthOf } from './truth.ts';

/** Two over REST and one over MCP for some tenants: every way is walked. */
export const PROBE_TASKS = 6;
const SETTLE_MS = 20_000;
const HOPS = ['rest-api', 'cost-ledger', 'worker', 'ws-hub'];

export async function checkProbe(mesh: ChaosMesh): Promise<Breach[]> {
  const load = await startLoad(mesh, PROBE_TASKS);
  await load.finished;
  const repeated = load.asked
    .filter(({ failures }) => failures.length > 0)
    .map(({ taskId, failures }): Breach => {
      return {
        promise: 'after the fault nobody asks twice',
        subject: `task ${taskId}`,
        seen: failures.join(', '),
      };
    });
  const truth = await stillBroken(truthOf(mesh, load, NO_FAULT), SETTLE_MS);
  const stored = await readTasks(mesh, load);
  const traceIds = [...stored.values()].flatMap(({ traceId }) => traceId ?? []);
  const whole = async () => (await checkTraces(mesh.endpoints.traces, traceIds, [], HOPS)).breaches;
  return [...repeated, ...truth, ...(await stillBroken(whole, SETTLE_MS))].map((breach) => {
    return { ...breach, promise: `${breach.promise} (after the fault)` };
  });
}
