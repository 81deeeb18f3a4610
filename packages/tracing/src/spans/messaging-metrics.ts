// The metrics of the conventions for messaging: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/
import type { Span } from '@opentelemetry/api';
import { counter } from '../sdk/counters.ts';
import { durations } from '../sdk/durations.ts';
import type { Value } from '../sdk/series.ts';

const attributes = [
  'messaging.operation.name',
  'messaging.system.name',
  'messaging.destination.name',
  'error.type',
];

const clientDuration = durations({
  name: 'messaging.client.operation.duration',
  description: 'Duration of messaging operation initiated by a producer or consumer client.',
  attributes,
});
const processDuration = durations({
  name: 'messaging.process.duration',
  description: 'Duration of processing operation.',
  attributes,
});
const sent = counter({
  name: 'messaging.client.sent.messages',
  unit: '{message}',
  description: 'Number of messages producer attempted to send to the broker.',
  attributes,
});
const consumed = counter({
  name: 'messaging.client.consumed.messages',
  unit: '{message}',
  description: 'Number of messages that were delivered to the application.',
  attributes,
});

/** What is measured: the values of the attributes without `error.type`. The destination must be of few values. */
export interface MessageOperation {
  system: 'aws.sqs' | 'redis';
  operation: 'send' | 'publish' | 'redrive' | 'receive' | 'process';
  destination: string;
}

const valuesOf = ({ system, operation, destination }: MessageOperation, error?: string): Value[] => [
  operation,
  system,
  destination,
  error,
];

/** Records an operation that began at `since` (`performance.now()`); `error` is the type of its failure. */
export function recordOperation(what: MessageOperation, since: number, error?: string, span?: Span): void {
  const record = what.operation === 'process' ? processDuration : clientDuration;
  record(since, valuesOf(what, error), span);
}

/** Counts messages that were sent, or that the broker refused with the type `error`. */
export const countSent = (what: MessageOperation, error?: string, count = 1): void =>
  sent(valuesOf(what, error), count);

/** Counts messages that were received. */
export const countConsumed = (what: MessageOperation, count: number): void => consumed(valuesOf(what), count);
