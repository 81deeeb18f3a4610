// A consumer that stops releases the messages whose work it cannot finish: other consumers receive them immediately, and the
// interrupted attempt does not count.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isFifo, type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';
import { resend } from './resend.ts';

/** The reason with which the signals of a stopping consumer abort. A handler that rejects with it releases its message. */
export class ConsumerStopped extends Error {
  override name = 'ConsumerStopped';
  constructor() {
    super('the consumer stopped before this message was done');
  }
}

/**
 * Makes the message visible again. After the last delivery SQS would move it to the dead-letter queue instead, so it is sent
 * again and then deleted; not so in a FIFO queue, where that would change the order: there it becomes a dead letter. Rejects
 * with the SDK's exceptions; the message is then visible after its visibility timeout.
 */
export async function releaseMessage(
  sqs: SQSClient,
  queue: Queue,
  { message, isLast }: Delivery,
): Promise<void> {
  const here = { QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle };
  if (!isLast || isFifo(queue)) {
    const now = new ChangeMessageVisibilityCommand({ ...here, VisibilityTimeout: 0 });
    return void (await withoutTracing(() => sqs.send(now)));
  }
  const again = new SendMessageCommand({
    QueueUrl: queue.url,
    ...resend(queue, message, message.MessageAttributes),
  });
  await withoutTracing(() => sqs.send(again));
  await withoutTracing(() => sqs.send(new DeleteMessageCommand(here)));
}
