// Explains why a trace is broken: which hop, between which services, and which spans show it.

import { inAnotherItem } from './diagnosis/batch-items.ts';
import { leakedBaggage } from './diagnosis/leaked-baggage.ts';
import { causesOfLoss } from './diagnosis/lost-cause.ts';
import { findLostParts } from './diagnosis/lost-parts.ts';
import { misplaced } from './diagnosis/misplaced.ts';
import { missingServices, orphaned } from './diagnosis/orphans.ts';
import { staleMessages } from './diagnosis/stale-messages.ts';
import { changedTenants } from './diagnosis/tenants.ts';
import type { Diagnosis, Evidence } from './diagnosis/types.ts';
import { recordedUnsampled } from './diagnosis/unsampled.ts';
import { checkEdges } from './edges.ts';

export type { Cause, Diagnosis, Evidence, ReceivedRequest } from './diagnosis/types.ts';

/** One diagnosis per cause; empty for a healthy trace. Consequences of another cause are left out. */
export function diagnose(evidence: Evidence): Diagnosis[] {
  const { trace, edges, others = [], received = [], unsampled = [], oneTenant } = evidence;
  const parts = findLostParts(trace, edges, others);
  const orphans = orphaned(trace, edges);
  const unrecorded = orphans.length > 0 ? missingServices(trace, edges) : [];
  // A service that recorded no spans is reported once, with the spans that it orphaned.
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
    ...recordedUnsampled(unsampled),
    ...(oneTenant ? changedTenants(trace) : []),
  ];
  return found.length > 0 ? found : beginningMissing(evidence);
}

/** If not even the near side of any broken hop arrived, reports the first one. */
function beginningMissing({ trace, edges, related = [] }: Evidence): Diagnosis[] {
  const broken = checkEdges(trace, edges, related).find((hop) => !hop.ok);
  if (!broken) return [];
  const { row, transport, why } = broken;
  return [{ cause: 'never-arrived', row, text: `${transport}: ${why}`, spans: [] }];
}
