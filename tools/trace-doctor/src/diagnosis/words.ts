// What a diagnosis is, and the words in which hops are told.
import type { Edge } from '../edges.ts';
import { label } from '../selector.ts';
import type { Span, SpanRef, Trace } from '../trace.ts';

export type Cause =
  /** A CLIENT span has no child; the SERVER span that it reached began a trace of its own. */
  | 'http-without-traceparent'
  /** SQS: the sender put the context into attributes, and the consumer's receive returned none of it. */
  | 'message-attributes-not-asked-for'
  /** SQS: the user took the attributes, and the context went nowhere. */
  | 'no-room-for-context'
  /** A WebSocket message is a child of the handshake, not of the span that sent it. */
  | 'context-of-the-connection'
  /** A span names a parent that never arrived, in a trace whose root was recorded. */
  | 'sampler-ignores-its-parent'
  /** A third party received `baggage`. */
  | 'baggage-left-the-mesh'
  /** The work of a batch's item is a child of the batch, or of another item. */
  | 'item-outside-its-span'
  /** Any other hop whose far side hangs from the wrong span, or began a trace of its own. */
  | 'carrier-without-context'
  /** Nothing of the far side is anywhere. */
  | 'never-arrived';

export interface Diagnosis {
  cause: Cause;
  /** One sentence in words; names services, spans and ids. */
  text: string;
  /** The spans that it is about: the near side first. */
  spans: SpanRef[];
}

/** What a third party says it received. */
export interface ReceivedRequest {
  url: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface Evidence {
  trace: Trace;
  /** What the trace should have; none for a trace of no scenario. */
  edges: readonly Edge[];
  /** The traces that edges lead to on purpose. */
  related?: readonly Trace[];
  /** Other traces of the same time, which may hold the lost far side; see `findOthers`. */
  others?: readonly Trace[];
  received?: readonly ReceivedRequest[];
}

export const refTo = ({ traceId, spanId }: SpanRef): SpanRef => ({ traceId, spanId });

/** `'process tasks' (worker) began trace 4bf… of its own` */
export const beganOwn = (span: Span): string => `${label(span)} began trace ${span.traceId} of its own`;
