import type { Edge } from '../edges.ts';
import { label } from '../selector.ts';
import type { Span, SpanRef, Trace } from '../trace.ts';
import type { Cause } from './causes.ts';

export type { Cause };

export interface Diagnosis {
  cause: Cause;
  /** The row of the propagation matrix whose hop broke; absent where no edge expects the hop. */
  row?: number;
  /** One sentence that names services, spans and ids. */
  text: string;
  /** The spans that show it, the near side first. */
  spans: SpanRef[];
}

/** A request as a third party reports it. */
export interface ReceivedRequest {
  url: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface Evidence {
  trace: Trace;
  /** The expected edges; empty for a trace without a scenario. */
  edges: readonly Edge[];
  /** The traces that edges lead to. */
  related?: readonly Trace[];
  /** Other traces of the same time, which may contain the lost far side; see `findOthers`. */
  others?: readonly Trace[];
  received?: readonly ReceivedRequest[];
  /** Traces that their caller did not sample, as far as the store has them. */
  unsampled?: readonly Trace[];
  /** No span works for another tenant than the span above it. */
  oneTenant?: boolean;
}

/** What is found without the spans that show it. */
export type Finding = Omit<Diagnosis, 'spans'>;

/** A diagnosis with the references of its spans. */
export const diagnosis = (finding: Finding, spans: readonly SpanRef[]): Diagnosis => ({
  ...finding,
  spans: spans.map(({ traceId, spanId }) => ({ traceId, spanId })),
});

/** `'process tasks' (worker) started its own trace 4bf…` */
export const startedNewTrace = (span: Span): string => `${label(span)} started a new trace ${span.traceId}`;
