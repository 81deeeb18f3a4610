// One report of every check on a trace.
import { type ClockSkew, clockSkews } from './clock.ts';
import { checkSpan } from './conventions/check.ts';
import type { ConventionRegistry } from './conventions/registry.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { checkEdges, checkWhole, type Edge, type Hop } from './edges.ts';
import { checkKinds } from './kinds.ts';
import { absentLinks, absentTraces, brokenLinks, isCausedBy, type RelatedTraces } from './links.ts';
import type { Trace } from './trace.ts';

export interface Symptom {
  /** The check that found it. */
  in: 'hops' | 'whole' | 'links' | 'kinds' | 'clocks' | 'conventions';
  text: string;
}

export interface Examination {
  trace: Trace;
  /** The verdict on each expected edge; empty for a trace without a scenario. */
  hops: Hop[];
  /** The symptoms. */
  problems: Symptom[];
  /** The causes that were found. */
  diagnoses: Diagnosis[];
  skews: ClockSkew[];
  /** The ids of the linked traces that are not in the store. */
  absent: string[];
  /** Findings that make no trace unhealthy: links to absent traces, conventions that other owners' services do not follow. */
  notes: string[];
  /** No problem and no diagnosis. */
  ok: boolean;
}

/** Whether a service belongs to the mesh, so that its spans have to follow the semantic conventions. */
export type IsOurs = (service: string) => boolean;

/** Checks a trace with the related traces that were read. By default every service is ours. */
export function examine(
  trace: Trace,
  edges: readonly Edge[],
  { linked, linking, others }: RelatedTraces,
  registry: ConventionRegistry,
  isOurs: IsOurs = () => true,
): Examination {
  const related = [...linked, ...linking];
  const absent = absentTraces(trace, linked);
  const hops = checkEdges(trace, edges, related, absent);
  const caused = linking.filter((other) => isCausedBy(other, trace));
  const skews = clockSkews(trace);
  const broken = hops.filter((hop) => !hop.ok);
  const conventions = (ours: boolean) => {
    const spans = trace.spans.filter(({ service }) => isOurs(service) === ours);
    return [...new Set(spans.flatMap((span) => checkSpan(span, registry)))];
  };
  const texts: Record<Symptom['in'], string[]> = {
    hops: broken.map(({ transport, from, to, why }) => `${transport}, ${from} → ${to}: ${why}`),
    whole: [trace, ...caused].flatMap(checkWhole),
    links: brokenLinks(trace, linked),
    kinds: checkKinds(trace, edges),
    clocks: skews.map(({ text }) => text),
    conventions: conventions(true),
  };
  const problems = Object.entries(texts).flatMap(([where, found]) =>
    found.map((text): Symptom => ({ in: where as Symptom['in'], text })),
  );
  const judged = edges.filter((_, n) => !hops[n]?.unproven);
  const diagnoses = diagnose({ trace, edges: judged, related, others });
  const notes = [...absentLinks(trace, absent), ...conventions(false)];
  const ok = problems.length === 0 && diagnoses.length === 0;
  return { trace, hops, problems, diagnoses, skews, absent: [...absent], notes, ok };
}
