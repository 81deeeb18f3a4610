// How far a queue's consumers lag behind: two gauges, read from the queue at each collection.
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type BatchObservableResult, context, metrics, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Queue } from '@trace-mesh/tracing/sqs';

/** How long a collection waits for the queue, in ms; then it has no value for these gauges. */
export const QUEUE_METRICS_TIMEOUT_MS = 1_000;

export const METRIC_QUEUE_WAITING = 'mesh.queue.messages.waiting';
const METRIC_QUEUE_IN_FLIGHT = 'mesh.queue.messages.in_flight';

/** Observes SQS's approximate counts of the waiting and the in-flight messages of `queue`, until disposed. */
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
    const { Attributes: counts = {} } = await context.with(suppressTracing(ROOT_CONTEXT), () =>
      sqs.send(command, { abortSignal }),
    );
    const attributes = { 'messaging.destination.name': queue.name };
    result.observe(waiting, Number(counts.ApproximateNumberOfMessages ?? 0), attributes);
    result.observe(inFlight, Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0), attributes);
  };
  meter.addBatchObservableCallback(observe, [waiting, inFlight]);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, [waiting, inFlight]) };
}
