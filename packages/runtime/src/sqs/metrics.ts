// How far a queue's consumers lag behind, and its dead letters, read from SQS at each collection.
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from '@trace-mesh/tracing/sqs';
import { observeGauges } from '../gauges.ts';

const unit = '{message}';
export const METRIC_QUEUE_WAITING = 'mesh.queue.messages.waiting';
const GAUGES = {
  [METRIC_QUEUE_WAITING]: { unit, description: 'Messages that no consumer has received yet' },
  'mesh.queue.messages.in_flight': { unit, description: 'Messages received and not yet deleted' },
  'mesh.queue.messages.dead': { unit, description: 'Messages in the dead-letter queue of this queue' },
};

/**
 * Observes SQS's approximate counts of the waiting and the in-flight messages of `queue`, and of all in its dead-letter queue, if it
 * has one, until disposed.
 */
export function observeQueue(sqs: SQSClient, queue: Queue): Disposable {
  const { name, url, deadLetters } = queue;
  return observeGauges(GAUGES, { 'messaging.destination.name': name }, async (abortSignal) => {
    const count = async (QueueUrl: string) => {
      const command = new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      });
      const { Attributes: counts = {} } = await sqs.send(command, { abortSignal });
      return {
        waiting: Number(counts.ApproximateNumberOfMessages ?? 0),
        inFlight: Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0),
      };
    };
    const [{ waiting, inFlight }, dead] = await Promise.all([
      count(url),
      deadLetters && count(deadLetters.url),
    ]);
    return {
      'mesh.queue.messages.waiting': waiting,
      'mesh.queue.messages.in_flight': inFlight,
      ...(dead && { 'mesh.queue.messages.dead': dead.waiting + dead.inFlight }),
    };
  });
}
