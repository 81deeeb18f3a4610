// Why a hop is missing: the broken hops of a trace, each with its causes, the spans that show them, and what to do.
import { z } from 'zod';
import type { Diagnosis } from '../diagnose.ts';
import type { Edge, Hop } from '../edges.ts';
import { matches, type SpanSelector } from '../selector.ts';
import { keyOf } from '../span-index.ts';
import type { Span } from '../trace.ts';
import { type Check, DiagnosisAnswer, HopAnswer } from './check.ts';
import { Facts, facts } from './facts.ts';
import { FIXES } from './fixes.ts';

const CauseAnswer = DiagnosisAnswer.extend({ fix: z.string() });

/** The JSON of the tool explain_missing_hop. */
export const ExplainAnswer = Facts.extend({
  ok: z.boolean().describe('No expected hop is missing, and no cause of a loss was found'),
  scenario: z.string().optional().describe('Whose hops were expected; without one only causes are found'),
  expectedHops: z.int(),
  missing: z
    .array(HopAnswer.omit({ ok: true, unproven: true }).extend({ causes: z.array(CauseAnswer) }))
    .describe('Each missing hop, with what caused it'),
  causes: z.array(CauseAnswer).describe('Causes that belong to no expected hop'),
});

/** Which hops to explain; by default all that are missing. */
export interface Which {
  row?: number | undefined;
  transport?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Explains the broken hops of `check`, whose edges are `edges`. */
export function explainAnswer(
  check: Check,
  edges: readonly Edge[],
  which: Which = {},
): z.infer<typeof ExplainAnswer> {
  const { trace, related, hops, diagnoses, scenario } = check;
  const read = [trace, ...related.linked, ...related.linking, ...related.others];
  const spans = new Map(read.flatMap((each) => each.spans).map((span) => [keyOf(span), span]));
  const broken = hops.flatMap((hop, n) => {
    const edge = edges[n];
    return edge && !hop.ok ? [{ hop, causes: causesOf(hop, edge, diagnoses, spans) }] : [];
  });
  const used = new Set(broken.flatMap(({ causes }) => causes));
  const wanted = broken.filter(({ hop }) => isWanted(hop, which));
  const isFiltered = Object.values(which).some((value) => value !== undefined);
  const causes = isFiltered ? [] : diagnoses.filter((each) => !used.has(each)).map(withFix);
  return {
    ok: wanted.length === 0 && causes.length === 0,
    ...facts(trace),
    ...(scenario && { scenario }),
    expectedHops: hops.length,
    missing: wanted.map(({ hop: { ok: _, unproven: __, ...hop }, causes }) => ({
      ...hop,
      causes: causes.map(withFix),
    })),
    causes,
  };
}

const isWanted = (hop: Hop, { row, transport, from, to }: Which): boolean =>
  (row ?? hop.row) === hop.row &&
  (transport ?? hop.transport) === hop.transport &&
  (from ?? hop.from) === hop.from &&
  (to ?? hop.to) === hop.to;

const withFix = (found: Diagnosis) => ({ ...found, fix: FIXES[found.cause] });

/** The diagnoses of a hop: of its row, those that have spans of both its ends, else of its far end, else of its near end. */
function causesOf(
  hop: Hop,
  edge: Edge,
  diagnoses: readonly Diagnosis[],
  spans: ReadonlyMap<string, Span>,
): Diagnosis[] {
  const rank = (found: Diagnosis) => {
    const shown = found.spans.flatMap((ref) => spans.get(keyOf(ref)) ?? []);
    const has = (end: SpanSelector) => shown.some((span) => matches(span, end));
    return 4 * Number(found.row === hop.row) + 2 * Number(has(edge.to)) + Number(has(edge.from));
  };
  const ranked = diagnoses.map((found) => ({ found, rank: rank(found) }));
  const best = Math.max(0, ...ranked.map((each) => each.rank));
  return best === 0 ? [] : ranked.filter((each) => each.rank === best).map(({ found }) => found);
}
