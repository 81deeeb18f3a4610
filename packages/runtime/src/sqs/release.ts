// A consumer that has to stop hands the messages back whose work it cannot finish: others have them at once, and no attempt
// is spent that was none.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';

/** Why the signals of a stopping consumer abort. A handler that rejects with it hands its message back. */
export class ConsumerStopped extends Error {
  override name = 'ConsumerStopped';
  constructor() {
    super('the consumer stopped before this message was done');
  }
}

/**
 * Makes the message visible again at once. After the last delivery SQS would make it a dead letter instead, so then it is
 * sent anew, as it was: sent first, deleted after. Rejects with the SDK's exceptions; SQS then waits for the visibility
 * timeout.
 */
export async function releaseMessage(
  sqs: SQSClient,
  queue: Queue,
  { message, isLast }: Delivery,
): Promise<void> {
  const { Body: MessageBody, MessageAttributes, ReceiptHandle } = message;
  const here = { QueueUrl: queue.url, ReceiptHandle };
  if (!isLast) {
    const now = new ChangeMessageVisibilityCommand({ ...here, VisibilityTimeout: 0 });
    return void (await withoutTracing(() => sqs.send(now)));
  }
  const again = new SendMessageCommand({ QueueUrl: queue.url, MessageBody, MessageAttributes });
  await withoutTracing(() => sqs.send(again));
  await withoutTracing(() => sqs.send(new DeleteMessageCommand(here)));
}
