// SQS: context crosses in message attributes. SQS allows ten, so we spend one, three more only where there is something
// to carry. The stock instrumentation's own injection is off (our calls run with tracing suppressed): it overwrites what
// is there, gives a whole batch one context, and knows no processing.
import {
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { context, type Link, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { ATTR_MESH_DELIVERY_ATTEMPT } from './attributes.ts';
import { type Carrier, extractContext, injectContext } from './carrier.ts';
import { linkTo, startSpan, withSpan } from './span.ts';

export interface Queue {
  name: string;
  url: string;
}

const W3C = ['traceparent', 'tracestate', 'baggage'];
const MCP = 'x-mcp-context';

/** The attributes that a consumer has to ask for: SQS returns none that is not named. */
export const CONTEXT_ATTRIBUTES = [...W3C, MCP];

/** Calls AWS without spans and without headers of ours: what crosses is in the message. */
const quietly = <T>(call: () => Promise<T>): Promise<T> =>
  context.with(suppressTracing(context.active()), call);

const attributes = (operation: 'send' | 'receive' | 'process', queue: Queue) => ({
  'messaging.system.name': 'aws.sqs',
  'messaging.destination.name': queue.name,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
});

/** The context of the running work as message attributes: `traceparent`, and `tracestate`, `baggage`, MCP where set. */
export function injectIntoAttributes(
  carrier: Carrier = injectContext(),
): Record<string, MessageAttributeValue> {
  const mcp = new URLSearchParams(Object.entries(carrier).filter(([key]) => key.startsWith('x-mcp-')));
  const all: Carrier = { ...carrier, [MCP]: mcp.toString() };
  return Object.fromEntries(
    CONTEXT_ATTRIBUTES.filter((key) => all[key]).map((key) => [
      key,
      { DataType: 'String', StringValue: all[key] },
    ]),
  );
}

/** The sender's context from a received message. */
export function extractFromMessage(message: Message) {
  const value = (key: string) => message.MessageAttributes?.[key]?.StringValue ?? '';
  const carrier = Object.fromEntries(W3C.map((key) => [key, value(key)]));
  return extractContext({ ...carrier, ...Object.fromEntries(new URLSearchParams(value(MCP))) });
}

/** Sends one message (JSON) in a PRODUCER span; the consumer's span becomes that span's child. */
export async function sendMessage(sqs: SQSClient, queue: Queue, body: unknown): Promise<void> {
  const init = { kind: SpanKind.PRODUCER, attributes: attributes('send', queue) };
  await withSpan(`send ${queue.name}`, init, async (span) => {
    const sent = await sqsSend(sqs, queue, JSON.stringify(body), injectIntoAttributes());
    if (sent.MessageId) span.setAttribute('messaging.message.id', sent.MessageId);
  });
}

function sqsSend(sqs: SQSClient, queue: Queue, body: string, attrs: Record<string, MessageAttributeValue>) {
  const command = new SendMessageCommand({
    QueueUrl: queue.url,
    MessageBody: body,
    MessageAttributes: attrs,
  });
  return quietly(() => sqs.send(command));
}

/** Waits up to `waitSeconds` for messages. An empty poll leaves no span; else one CLIENT span links every sender. */
export async function receiveMessages(
  sqs: SQSClient,
  queue: Queue,
  { waitSeconds = 20, max = 10, signal }: { waitSeconds?: number; max?: number; signal?: AbortSignal } = {},
): Promise<Message[]> {
  const startTime = Date.now();
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    WaitTimeSeconds: waitSeconds,
    MaxNumberOfMessages: max,
    MessageAttributeNames: CONTEXT_ATTRIBUTES,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  const { Messages: messages = [] } = await quietly(() =>
    sqs.send(command, signal ? { abortSignal: signal } : {}),
  );
  if (messages.length === 0) return messages;
  const links: Link[] = messages.flatMap((message) => linkTo(extractFromMessage(message)));
  const { span } = startSpan(`receive ${queue.name}`, {
    kind: SpanKind.CLIENT,
    startTime,
    links,
    attributes: { ...attributes('receive', queue), 'messaging.batch.message_count': messages.length },
  });
  span.end();
  return messages;
}

/**
 * Runs `handle` in a CONSUMER span that is the child of the sender's, and deletes the message when it resolves. When it
 * rejects the message stays: SQS delivers it again, and after the queue's `maxReceiveCount` moves it to the dead letters.
 */
export async function processMessage(
  sqs: SQSClient,
  queue: Queue,
  message: Message,
  handle: (body: string) => Promise<void>,
): Promise<void> {
  const parent = extractFromMessage(message);
  const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
  const init = {
    kind: SpanKind.CONSUMER,
    parent,
    attributes: {
      ...attributes('process', queue),
      'messaging.message.id': message.MessageId ?? '',
      [ATTR_MESH_DELIVERY_ATTEMPT]: attempt,
    },
  };
  await withSpan(`process ${queue.name}`, init, async () => {
    await handle(message.Body ?? '');
    const command = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle });
    await quietly(() => sqs.send(command));
  });
}
