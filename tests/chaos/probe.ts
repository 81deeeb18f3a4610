// After each fault, with nothing to excuse any more: a few tasks, each answered at once, in a trace with every hop.

import type { ChaosMesh } from './chaos-mesh.ts';
import { NO_FAULT } from './faults.ts';
import { startLoad } from './load.ts';
import { traceIdsOf } from './verify/tasks.ts';
import { checkTraces } from './verify/traces.ts';
import { readState } from './verify.ts';
import { stillBroken, type Violation } from './violation.ts';

/** Two over REST and one over MCP for some tenants: every way is walked. */
const PROBE_TASKS = 6;
const SETTLE_MS = 20_000;
const HOPS = ['rest-api', 'cost-ledger', 'worker', 'ws-hub'];

/**
 * What is still wrong. Where the trace backend had failed, exporters drop what does not fit beside all that has piled up:
 * traces have to be whole again `exportsWithinMs` later.
 */
export async function checkProbe(mesh: ChaosMesh, exportsWithinMs = 0): Promise<Violation[]> {
  const deadline = performance.now() + exportsWithinMs;
  for (;;) {
    const { felt, torn } = await probe(mesh);
    if (felt.length > 0 || torn.length === 0 || performance.now() >= deadline) {
      return [...felt, ...torn].map((breach) => ({
        ...breach,
        promise: `${breach.promise} (after the fault)`,
      }));
    }
  }
}

async function probe(mesh: ChaosMesh): Promise<{ felt: Violation[]; torn: Violation[] }> {
  const load = await startLoad(mesh, PROBE_TASKS);
  await load.finished;
  const repeated = load.asked
    .filter(({ failures }) => failures.length > 0)
    .map(({ taskId, failures }) => ({
      promise: 'no caller repeats its request',
      subject: `task ${taskId}`,
      seen: failures.join(', '),
    }));
  const broken = await stillBroken(readState(mesh, load, NO_FAULT), SETTLE_MS);
  const traceIds = await traceIdsOf(mesh, load);
  const whole = async () => (await checkTraces(mesh.endpoints.traces, traceIds, [], HOPS)).breaches;
  return { felt: [...repeated, ...broken], torn: await stillBroken(whole, SETTLE_MS) };
}
