import type { Edge } from '../edges.ts';
import { label } from '../selector.ts';
import type { Span, SpanRef, Trace } from '../trace.ts';

export type Cause =
  /** A CLIENT span has no child; the SERVER span that it reached started its own trace. */
  | 'http-without-traceparent'
  /** SQS: the sender put the context into attributes, and the consumer's ReceiveMessage returned none of it. */
  | 'message-attributes-not-asked-for'
  /** SQS: the user took all attributes, and the context was dropped. */
  | 'no-room-for-context'
  /** A WebSocket message is a child of the handshake, not of the span that sent it. */
  | 'context-of-the-connection'
  /** A span names a parent that never arrived, in a trace whose root was recorded. */
  | 'sampler-ignores-its-parent'
  /** Spans were recorded of a trace that its caller did not sample. */
  | 'unsampled-trace-recorded'
  /** A third party received `baggage`. */
  | 'baggage-left-the-mesh'
  /** The work of a batch item is a child of the batch, or of another item. */
  | 'item-outside-its-span'
  /** A span works for another tenant than the span above it. */
  | 'tenant-changed'
  /** Any other hop whose far side has the wrong parent or started its own trace. */
  | 'carrier-without-context'
  /** The far side is in no trace. */
  | 'never-arrived';

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
