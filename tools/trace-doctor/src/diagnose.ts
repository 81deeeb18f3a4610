// Says in words why a trace is broken: what went missing, between whom, and at which span it shows.

import { inAnotherItem } from './diagnosis/batch-items.ts';
import { leakedBaggage } from './diagnosis/leaked-baggage.ts';
import { causesOfLoss } from './diagnosis/lost-cause.ts';
import { findLostParts } from './diagnosis/lost-parts.ts';
import { misplaced } from './diagnosis/misplaced.ts';
import { missingServices, orphaned } from './diagnosis/orphans.ts';
import { staleMessages } from './diagnosis/stale-messages.ts';
import type { Diagnosis, Evidence } from './diagnosis/words.ts';
import { checkEdges } from './edges.ts';

export { findOthers } from './diagnosis/others.ts';
export type { Cause, Diagnosis, Evidence, ReceivedRequest } from './diagnosis/words.ts';

/** One diagnosis for each thing that is broken; empty for a healthy trace. What is broken only as a consequence is not told. */
export function diagnose(evidence: Evidence): Diagnosis[] {
  const { trace, edges, others = [], received = [] } = evidence;
  const parts = findLostParts(trace, edges, others);
  const orphans = orphaned(trace, edges);
  const unrecorded = orphans.length > 0 ? missingServices(trace, edges) : [];
  // What a service did that left no spans is told of with the spans that it orphaned.
  const judged = edges.filter(
    ({ from, to }) => ![from.service, to.service].some((name) => unrecorded.includes(name)),
  );
  const hops = [...causesOfLoss(parts), ...misplaced({ ...evidence, edges: judged }, parts)];
  const found = [
    ...hops,
    ...staleMessages(trace, hops),
    ...orphans,
    ...inAnotherItem(trace, edges),
    ...leakedBaggage(trace, received),
  ];
  return found.length > 0 ? found : beginningMissing(evidence);
}

/** Where not even the near side of any broken hop arrived, the first one stands for all. */
function beginningMissing({ trace, edges, related = [] }: Evidence): Diagnosis[] {
  const broken = checkEdges(trace, edges, related).find((hop) => !hop.ok);
  return broken ? [{ cause: 'never-arrived', text: `${broken.transport}: ${broken.why}`, spans: [] }] : [];
}
