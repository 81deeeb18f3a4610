// Children of one span that ran one after the other. Often they need each other's results; where they do not, they could run
// at once. A trace cannot tell which, so this is a hint and no verdict.
import { indexSpans } from './span-index.ts';
import { endUs, type Span, type Trace } from './trace.ts';

/** The next one begins at most so long after the end of the one before, in µs. */
export const BACK_TO_BACK_US = 2_000;
/** A run is worth a word if its spans are of the same operation, or take this share of their parent. */
export const MIN_SHARE = 0.2;
/** And only if running at once could save so much, in µs. */
export const MIN_SAVING_US = 1_000;

export interface SequentialRun {
  parent: Span;
  spans: Span[];
  /** What the spans took together. */
  sumUs: number;
  /** What running them at once would save at most: all but the longest. */
  savingUs: number;
}

/** The runs of two or more, the greatest saving first. */
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
