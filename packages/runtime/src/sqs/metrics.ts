// How far a queue's consumers lag behind, as two gauges that ask the queue whenever somebody scrapes.
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type BatchObservableResult, context, metrics, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Queue } from '@trace-mesh/tracing/sqs';

/** How long a scrape waits for the queue's answer, in ms; without one it goes without these gauges. */
export const QUEUE_METRICS_TIMEOUT_MS = 1_000;

/** The messages that nobody has taken yet. */
export const METRIC_QUEUE_WAITING = 'mesh.queue.messages.waiting';
const METRIC_QUEUE_IN_FLIGHT = 'mesh.queue.messages.in_flight';

/** Reports the messages of `queue` that wait and those that are being worked on, by SQS's own approximate count. */
export function observeQueue(sqs: SQSClient, queue: Queue): Disposable {
  const meter = metrics.getMeter('@trace-mesh/tracing');
  const unit = '{message}';
  const waiting = meter.createObservableGauge(METRIC_QUEUE_WAITING, {
    unit,
    description: 'Messages that no consumer has received yet',
  });
  const inFlight = meter.createObservableGauge(METRIC_QUEUE_IN_FLIGHT, {
    unit,
    description: 'Messages received and not yet deleted',
  });
  const command = new GetQueueAttributesCommand({
    QueueUrl: queue.url,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });

  const observe = async (result: BatchObservableResult) => {
    const abortSignal = AbortSignal.timeout(QUEUE_METRICS_TIMEOUT_MS);
    const ask = () => sqs.send(command, { abortSignal });
    const { Attributes: counts = {} } = await context.with(suppressTracing(ROOT_CONTEXT), ask);
    const attributes = { 'messaging.destination.name': queue.name };
    result.observe(waiting, Number(counts.ApproximateNumberOfMessages ?? 0), attributes);
    result.observe(inFlight, Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0), attributes);
  };
  meter.addBatchObservableCallback(observe, [waiting, inFlight]);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, [waiting, inFlight]) };
}
