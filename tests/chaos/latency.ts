// Whether callers notice a fault that they must not notice. The machine has other things to do as well, which makes some run slower
// whatever is at fault: a run that was slower is compared again, with a new one without the fault right before it.

import type { ChaosMesh } from './chaos-mesh.ts';
import type { Fault } from './faults.ts';
import { startLoad } from './load.ts';
import { checkLatency, type Latencies, latenciesOf } from './measure.ts';
import type { Violation } from './violation.ts';

/** How often latency is compared before it counts as felt. */
const COMPARISONS = 3;

interface Comparison {
  tasks: number;
  factor: number;
  normal: Latencies;
  felt: Latencies;
}

/** What callers felt in every comparison. */
export async function checkImperceptible(
  mesh: ChaosMesh,
  fault: Fault,
  first: Comparison,
): Promise<Violation[]> {
  const { tasks, factor } = first;
  let breaches = checkLatency(first.felt, first.normal, factor);
  for (let compared = 1; breaches.length > 0 && compared < COMPARISONS; compared += 1) {
    const normal = await measure(mesh, tasks);
    const end = await fault.begin(mesh);
    const felt = await measure(mesh, tasks);
    await end();
    breaches = checkLatency(felt, normal, factor);
  }
  return breaches;
}

/** Runs some tasks and answers how long they took. */
export async function measure(mesh: ChaosMesh, tasks: number): Promise<Latencies> {
  const load = await startLoad(mesh, tasks);
  await load.finished;
  return latenciesOf(load.asked);
}
