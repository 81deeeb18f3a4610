// SQS, the receiving side. One poll returns messages of many traces: its span is made afterwards and links them all. Each
// message is then processed in its own span, a child of the sender's span or linked to it.
import {
  type Message,
  type MessageSystemAttributeName,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { ATTR_MESH_DELIVERY_ATTEMPT } from '../spans/attributes.ts';
import { linkedRoot } from '../spans/links.ts';
import { measured, messagingAttributes, withMessageSpan } from '../spans/messaging.ts';
import { countConsumed } from '../spans/messaging-metrics.ts';
import { hrNow, linkTo, startSpan } from '../spans/span.ts';
import { extractFromMessage, receiveAttributes } from './extract.ts';
import { type Queue, withoutTracing } from './send.ts';

export { extractFromMessage };

/** The longest `WaitTimeSeconds`. */
export const MAX_WAIT_S = 20;
/** The largest `MaxNumberOfMessages`. */
export const MAX_MESSAGES = 10;

/** A received message. */
export interface Delivery {
  message: Message;
  /** `ApproximateReceiveCount`: 1 at the first delivery. */
  attempt: number;
  /** True where SQS moves the message to the dead-letter queue if this attempt fails. */
  isLast: boolean;
  /** The sender's context. */
  sender: Context;
  /** The context of the receive span. */
  received: Context;
}

/** What a receive requests, since SQS returns no attribute that is not named: all attributes, as a dead letter keeps them. */
export const RECEIVED_ATTRIBUTES = {
  MessageAttributeNames: ['All'],
  MessageSystemAttributeNames: [
    'ApproximateReceiveCount',
    'AWSTraceHeader',
    'MessageGroupId',
  ] satisfies MessageSystemAttributeName[],
};

/** Waits up to `waitSeconds` for messages. An empty poll leaves no span; else one CLIENT span links every sender. */
export async function receiveMessages(
  sqs: SQSClient,
  queue: Queue,
  options: { waitSeconds?: number; max?: number; signal?: AbortSignal } = {},
): Promise<Delivery[]> {
  const { waitSeconds = MAX_WAIT_S, max = MAX_MESSAGES, signal } = options;
  const startTime = hrNow();
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    WaitTimeSeconds: waitSeconds,
    MaxNumberOfMessages: max,
    ...RECEIVED_ATTRIBUTES,
  });
  const what = { system: 'aws.sqs', operation: 'receive', destination: queue.name } as const;
  const { Messages: messages = [] } = await measured(what, () =>
    withoutTracing(() => sqs.send(command, signal ? { abortSignal: signal } : {})),
  );
  if (messages.length === 0) return [];
  countConsumed(what, messages.length);
  const senders = messages.map(extractFromMessage);
  // A root, in any context: its messages belong to different traces.
  const { span, ctx: received } = startSpan(`receive ${queue.name}`, {
    kind: SpanKind.CLIENT,
    parent: ROOT_CONTEXT,
    startTime,
    links: senders.flatMap((sender) => linkTo(sender)),
    attributes: {
      ...messagingAttributes('aws.sqs', 'receive', queue.name),
      'messaging.batch.message_count': messages.length,
    },
  });
  span.end(hrNow());
  return messages.map((message, index) => {
    const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    const isLast = attempt >= (queue.maxReceives ?? Number.POSITIVE_INFINITY);
    return { message, attempt, isLast, sender: senders[index] ?? ROOT_CONTEXT, received };
  });
}

/** How the span of a message relates to its sender and to the previous attempt. */
export interface ProcessSpanOptions {
  /** `parent`: in the sender's trace, as its child. `link`: in a new trace that links to the sender. */
  mode?: 'parent' | 'link';
  /** The span context of the attempt before this one, which the span links to. */
  previous?: Context;
}

/** Runs `work` in the CONSUMER span of one message. Rejects with what `work` rejects with. */
export async function withProcessSpan<T>(
  queue: Queue,
  { message, attempt, sender, received }: Delivery,
  { mode = 'parent', previous = ROOT_CONTEXT }: ProcessSpanOptions,
  work: () => Promise<T>,
): Promise<T> {
  const relation = mode === 'link' ? linkedRoot(sender) : { parent: sender };
  const what = { system: 'aws.sqs', operation: 'process', destination: queue.name } as const;
  const attributes = {
    'messaging.message.id': message.MessageId ?? '',
    [ATTR_MESH_DELIVERY_ATTEMPT]: attempt,
    ...('attributes' in relation && relation.attributes),
  };
  return withMessageSpan(what, { ...relation, attributes }, (span) => {
    if (span.isRecording()) span.setAttributes(receiveAttributes(message));
    // Added to the running span: the sampling decision follows the sender alone.
    span.addLinks([...linkTo(received), ...linkTo(previous)]);
    return work();
  });
}
