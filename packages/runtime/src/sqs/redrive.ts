// Redrive: dead letters go back to their queue. Teaches: the message keeps every attribute, so it is worked on in the trace
// in which it was first sent; the redrive itself is a span in that trace, and one of its own that links all of them.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Span, SpanKind } from '@opentelemetry/api';
import { SQS_ERROR_ATTRIBUTE } from '@trace-mesh/tracing/error-carriers';
import { linkTo, withSpan } from '@trace-mesh/tracing/span';
import { messaging, type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { extractFromMessage, MAX_ATTRIBUTES } from '@trace-mesh/tracing/sqs-carrier';

/** The attribute of a message that was redriven: the id of the dead letter, so that two copies of one redrive are one. */
export const SQS_REDRIVE_ATTRIBUTE = 'mesh-redrive';

/**
 * Which redrive sent this message, or undefined for one that never was a dead letter. A letter that AWS's own redrive moved
 * still carries its error, and is known by that and its own id.
 */
export function redriveOf({ MessageAttributes = {}, MessageId }: Message): string | undefined {
  const ours = MessageAttributes[SQS_REDRIVE_ATTRIBUTE]?.StringValue;
  return ours ?? (MessageAttributes[SQS_ERROR_ATTRIBUTE] ? MessageId : undefined);
}

export interface RedriveOptions {
  /** Stop after so many messages. */
  max?: number;
  /** Redrives only the messages for which this holds; the others stay where they are. */
  only?: (body: string) => boolean;
}

/**
 * Moves messages from `deadLetters` back to `queue`, each with its body and attributes as they were, and marked as redriven
 * where there is room for one more; sent first, deleted after, so that a crash in between sends one twice and loses none.
 * Answers how many; rejects with the SDK's exceptions.
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
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MessageAttributeNames: ['All'],
    WaitTimeSeconds: 1,
  });
  const { Messages = [] } = await withoutTracing(() => sqs.send(command));
  return Messages[0];
}

/** What was looked at and left is there at once for the next reader. */
async function release(sqs: SQSClient, { url: QueueUrl }: Queue, { ReceiptHandle }: Message): Promise<void> {
  const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  await withoutTracing(() => sqs.send(command));
}

async function moveBack(sqs: SQSClient, from: Queue, to: Queue, message: Message, root: Span): Promise<void> {
  const { Body: MessageBody, ReceiptHandle } = message;
  // Why it died belongs to the dead letter.
  const { [SQS_ERROR_ATTRIBUTE]: _, ...kept } = message.MessageAttributes ?? {};
  const marked = { ...kept, [SQS_REDRIVE_ATTRIBUTE]: { DataType: 'String', StringValue: message.MessageId } };
  const MessageAttributes = Object.keys(marked).length <= MAX_ATTRIBUTES ? marked : kept;
  const origin = extractFromMessage(message);
  root.addLinks(linkTo(origin));
  const init = {
    kind: SpanKind.PRODUCER,
    parent: origin,
    links: [{ context: root.spanContext() }],
    attributes: messaging('redrive', to),
  };
  await withSpan(`redrive ${to.name}`, init, async (span) => {
    const send = new SendMessageCommand({ QueueUrl: to.url, MessageBody, MessageAttributes });
    const { MessageId = '' } = await withoutTracing(() => sqs.send(send));
    span.setAttribute('messaging.message.id', MessageId);
    await withoutTracing(() => sqs.send(new DeleteMessageCommand({ QueueUrl: from.url, ReceiptHandle })));
  });
}
