// What a player of a mystery reads, before and after the answer.
import type { Break } from '@trace-mesh/faults/breaks';
import { CAUSES } from '@trace-mesh/trace-doctor/causes';
import type { Diagnosis } from '@trace-mesh/trace-doctor/diagnose';
import { label } from '@trace-mesh/trace-doctor/selector';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import type { Verdict } from '@trace-mesh/trace-doctor/wait';

export interface Mystery {
  broken: Break;
  verdict: Verdict;
  diagnoses: Diagnosis[];
  /** The traces that the diagnoses name. */
  traces: Trace[];
}

/** What a user can see without the doctor's verdict. */
export function symptomsOf({ broken: { scenario }, verdict: { trace, hops } }: Mystery): string[] {
  const services = [...new Set(trace.spans.map(({ service }) => service))].sort();
  const expected = scenario.edges
    .filter((edge) => !edge.inOtherTrace)
    .flatMap(({ from, to }) => [from.service, to.service]);
  const absent = [...new Set(expected)].filter((service) => !services.includes(service)).sort();
  const lost = hops.filter((hop) => !hop.ok).length;
  return [
    'The result is as always.',
    `The trace has ${trace.spans.length} spans of ${services.join(', ')}.`,
    absent.length > 0
      ? `The scenario also works in ${absent.join(', ')}, and the trace has no span of it.`
      : 'Every service of the scenario has spans in it.',
    `${lost} of ${hops.length} expected hops do not hold. One of them is the first; the others are consequences.`,
  ];
}

/** How it could be seen: the fault, the doctor's words, the spans, the commands. */
export function seen({ broken, verdict, diagnoses, traces }: Mystery, viewer: string): string[] {
  const { cause, knob, fault } = broken;
  const { traceId } = verdict.trace;
  const [first] = diagnoses;
  const spans = traces.flatMap((trace) => trace.spans);
  const shown = (first?.spans ?? []).slice(0, 2).flatMap(({ traceId: inTrace, spanId }) => {
    const span = spans.find((candidate) => candidate.spanId === spanId);
    return span ? [`The span ${label(span)} ${spanId}: ${viewer}/trace/${inTrace}`] : [];
  });
  return [
    `Broken on purpose: ${fault.what} (in ${knob.split(':', 1)}; the carrier is in ${fault.file}).`,
    `In the traces: ${CAUSES[cause].seen}.`,
    ...shown,
    `npm run trace -- show ${traceId} prints the tree.`,
    `npm run trace -- check ${traceId} finds it: ${first?.cause}: ${first?.text}`,
  ];
}
