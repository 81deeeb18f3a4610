// Redrive: dead letters go back to their queue. A message keeps its attributes, so it is processed in the trace in which it was
// first sent; the redrive has a span in that trace, and a root span that links all of them.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Span } from '@opentelemetry/api';
import { SQS_ERROR_ATTRIBUTE } from '@trace-mesh/tracing/error-carriers';
import { linkTo, withSpan } from '@trace-mesh/tracing/span';
import { type Queue, sendInSpan, withoutTracing } from '@trace-mesh/tracing/sqs';
import { extractFromMessage, RECEIVED_ATTRIBUTES } from '@trace-mesh/tracing/sqs-receive';
import { hasRoom, resend } from './resend.ts';

/** The attribute of a message that was redriven: the id of the dead letter, by which copies of one redrive are recognized. */
export const SQS_REDRIVE_ATTRIBUTE = 'mesh-redrive';

/**
 * The id of the dead letter that this message was, or undefined. A message that AWS's own redrive moved still has its error
 * attribute; its own id is then the answer.
 */
export function redriveOf({ MessageAttributes = {}, MessageId }: Message): string | undefined {
  const ours = MessageAttributes[SQS_REDRIVE_ATTRIBUTE]?.StringValue;
  return ours ?? (MessageAttributes[SQS_ERROR_ATTRIBUTE] ? MessageId : undefined);
}

export interface RedriveOptions {
  /** The most messages to move. */
  max?: number;
  /** Chooses by the body; the other messages stay in the dead-letter queue. */
  only?: (body: string) => boolean;
}

/**
 * Moves messages from `deadLetters` to `queue` with their body, attributes and group, and `mesh-redrive` where there is room
 * for it. A message is sent first and deleted after: a crash in between sends it twice and loses none. In a FIFO queue a
 * message that `only` leaves blocks its group until the redrive ends. Resolves to the number of messages; rejects with the
 * SDK's exceptions.
 */
export async function redrive(
  sqs: SQSClient,
  deadLetters: Queue,
  queue: Queue,
  { max = Number.POSITIVE_INFINITY, only = () => true }: RedriveOptions = {},
): Promise<number> {
  const init = { attributes: { 'messaging.destination.name': queue.name } };
  return withSpan(`redrive ${deadLetters.name}`, init, async (root) => {
    const skipped: Message[] = [];
    let moved = 0;
    try {
      while (moved < max) {
        const message = await receiveDeadLetter(sqs, deadLetters);
        if (!message) break;
        if (only(message.Body ?? '')) {
          await moveBack(sqs, deadLetters, queue, message, root);
          moved += 1;
        } else skipped.push(message);
      }
    } finally {
      await Promise.all(skipped.map((message) => release(sqs, deadLetters, message)));
    }
    return moved;
  });
}

async function receiveDeadLetter(sqs: SQSClient, { url }: Queue): Promise<Message | undefined> {
  const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1, ...RECEIVED_ATTRIBUTES });
  const { Messages = [] } = await withoutTracing(() => sqs.send(command));
  return Messages[0];
}

/** Makes a message visible again that stays in the dead-letter queue. */
async function release(sqs: SQSClient, { url: QueueUrl }: Queue, { ReceiptHandle }: Message): Promise<void> {
  const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  await withoutTracing(() => sqs.send(command));
}

async function moveBack(sqs: SQSClient, from: Queue, to: Queue, message: Message, root: Span): Promise<void> {
  const { [SQS_ERROR_ATTRIBUTE]: _, ...kept } = message.MessageAttributes ?? {};
  const marked = { ...kept, [SQS_REDRIVE_ATTRIBUTE]: { DataType: 'String', StringValue: message.MessageId } };
  const attributes = hasRoom(to, message, marked) ? marked : kept;
  const origin = extractFromMessage(message);
  root.addLinks(linkTo(origin));
  const init = { operation: 'redrive' as const, parent: origin, links: [{ context: root.spanContext() }] };
  await sendInSpan(sqs, to, init, () => resend(to, message, attributes));
  const { ReceiptHandle } = message;
  await withoutTracing(() => sqs.send(new DeleteMessageCommand({ QueueUrl: from.url, ReceiptHandle })));
}
