// The spans about a message, by the semantic conventions for messaging, with their metrics.
import { type Span, SpanKind } from '@opentelemetry/api';
import { countConsumed, countSent, type MessageOperation, recordOperation } from './messaging-metrics.ts';
import { errorTypeOf, type SpanInit, withSpan } from './span.ts';

/** The conventions have `send` only for `publish` and `redrive`, which are names of this repository. */
export const messagingAttributes = (
  system: 'aws.sqs' | 'redis' | 'websocket',
  operation: 'create' | 'send' | 'publish' | 'redrive' | 'receive' | 'process',
  destination: string,
) => ({
  'messaging.system.name': system,
  'messaging.destination.name': destination,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation === 'publish' || operation === 'redrive' ? 'send' : operation,
});

/** Runs `work` and records how long it took. Rejects with what `work` rejects with. */
export async function measured<T>(
  what: MessageOperation,
  work: () => Promise<T> | T,
  span?: Span,
): Promise<T> {
  const since = performance.now();
  try {
    const result = await work();
    recordOperation(what, since, undefined, span);
    return result;
  } catch (error) {
    recordOperation(what, since, errorTypeOf(error), span);
    throw error;
  }
}

/**
 * Runs `work` in the span of a message: its sending in a PRODUCER span, its processing in a CONSUMER span. Records the metrics.
 * Rejects with what `work` rejects with.
 */
export async function withMessageSpan<T>(
  what: MessageOperation,
  init: SpanInit,
  work: (span: Span) => Promise<T> | T,
): Promise<T> {
  const { system, operation, destination } = what;
  const isProcessing = operation === 'process';
  const attributes = { ...messagingAttributes(system, operation, destination), ...init.attributes };
  const kind = isProcessing ? SpanKind.CONSUMER : SpanKind.PRODUCER;
  // Redis pushes; SQS counts what it received.
  if (isProcessing && system === 'redis') countConsumed(what, 1);
  return withSpan(`${operation} ${destination}`, { ...init, kind, attributes }, async (span) => {
    try {
      const result = await measured(what, () => work(span), span);
      if (!isProcessing) countSent(what);
      return result;
    } catch (error) {
      if (!isProcessing) countSent(what, errorTypeOf(error));
      throw error;
    }
  });
}
