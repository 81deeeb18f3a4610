// Everything that the doctor looks at in one trace, in one report.
import { type ClockSkew, clockSkews } from './clock.ts';
import { checkSpan } from './conventions/check.ts';
import type { Registry } from './conventions/registry.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import { checkEdges, checkWhole, type Edge, type Hop } from './edges.ts';
import { checkKinds } from './kinds.ts';
import { brokenLinks, isCausedBy, type Surroundings } from './links.ts';
import type { Trace } from './trace.ts';

export interface Problem {
  /** What was looked at when it was found. */
  in: 'hops' | 'whole' | 'links' | 'kinds' | 'clocks' | 'conventions';
  text: string;
}

export interface Examination {
  trace: Trace;
  /** The verdict on each expected edge; empty for a trace of no scenario. */
  hops: Hop[];
  /** What is wrong, as it shows. */
  problems: Problem[];
  /** Why it is wrong, as far as that can be told. */
  diagnoses: Diagnosis[];
  skews: ClockSkew[];
  /** Neither a problem nor a diagnosis. */
  ok: boolean;
}

/** Judges a trace with all that was read around it. */
export function examine(
  trace: Trace,
  edges: readonly Edge[],
  { linked, linking, others }: Surroundings,
  registry: Registry,
): Examination {
  const related = [...linked, ...linking];
  const hops = checkEdges(trace, edges, related);
  const caused = linking.filter((other) => isCausedBy(other, trace));
  const skews = clockSkews(trace);
  const broken = hops.filter((hop) => !hop.ok);
  const conventions = new Set(trace.spans.flatMap((span) => checkSpan(span, registry)));
  const problems = [
    ...tell(
      'hops',
      broken.map(({ transport, from, to, why }) => `${transport}, ${from} → ${to}: ${why}`),
    ),
    ...tell('whole', [trace, ...caused].flatMap(checkWhole)),
    ...tell('links', brokenLinks(trace, linked)),
    ...tell('kinds', checkKinds(trace, edges)),
    ...tell(
      'clocks',
      skews.map(({ text }) => text),
    ),
    ...tell('conventions', [...conventions]),
  ];
  const diagnoses = diagnose({ trace, edges, related, others });
  return { trace, hops, problems, diagnoses, skews, ok: problems.length === 0 && diagnoses.length === 0 };
}

const tell = (where: Problem['in'], texts: readonly string[]): Problem[] =>
  texts.map((text) => ({ in: where, text }));
