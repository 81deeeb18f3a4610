// Children of one span that ran one after the other. They may depend on each other; if not, they could run concurrently. A
// trace does not show which, so this is a hint, not a verdict.
import { indexSpans } from './span-index.ts';
import { endUs, type Span, type Trace } from './trace.ts';

/** The longest gap between two spans of a run, in µs. */
export const BACK_TO_BACK_US = 2_000;
/** Reported if the spans are of one operation, or take this share of their parent, */
export const MIN_SHARE = 0.2;
/** and if running concurrently could save at least this, in µs. */
export const MIN_SAVING_US = 1_000;

export interface SequentialRun {
  parent: Span;
  spans: Span[];
  /** The sum of the spans' durations. */
  sumUs: number;
  /** The most that running concurrently could save: all but the longest. */
  savingUs: number;
}

/** The runs of two or more spans, the greatest saving first. */
export function sequentialChildren(trace: Trace): SequentialRun[] {
  const index = indexSpans(trace.spans);
  return trace.spans
    .flatMap((parent) => runs(index.childrenOf(parent)).map((spans) => toRun(parent, spans)))
    .filter((run) => run.savingUs >= MIN_SAVING_US && isNotable(run))
    .sort((a, b) => b.savingUs - a.savingUs);
}

function runs(children: readonly Span[]): Span[][] {
  const found: Span[][] = [];
  for (const span of children) {
    const last = found.at(-1)?.at(-1);
    const gap = last ? span.startUs - endUs(last) : Number.POSITIVE_INFINITY;
    if (gap >= 0 && gap <= BACK_TO_BACK_US) found.at(-1)?.push(span);
    else found.push([span]);
  }
  return found.filter((run) => run.length > 1);
}

function toRun(parent: Span, spans: Span[]): SequentialRun {
  const sumUs = spans.reduce((sum, span) => sum + span.durationUs, 0);
  return { parent, spans, sumUs, savingUs: sumUs - Math.max(...spans.map((span) => span.durationUs)) };
}

function isNotable({ parent, spans, sumUs }: SequentialRun): boolean {
  const operations = new Set(spans.map(({ service, kind, name }) => `${service} ${kind} ${name}`));
  return operations.size < spans.length || sumUs > MIN_SHARE * parent.durationUs;
}
