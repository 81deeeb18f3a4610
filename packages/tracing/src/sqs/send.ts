// SQS, the sending side. The stock instrumentation's own injection is off (our calls run with tracing suppressed): it
// overwrites what is there, gives a whole batch one context, and knows no processing.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { context, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { withSpan } from '../spans/span.ts';
import { carryContext, type MessageAttributes, type MessageBody, sendAttributes } from './carrier.ts';

/** A queue, and what it does with messages that fail; see `findQueue`. */
export interface Queue {
  name: string;
  url: string;
  /** After how many failed deliveries a message moves to the dead letters; absent where the queue keeps it for ever. */
  maxReceives?: number;
  /** Where it moves to. */
  deadLetters?: { name: string; url: string };
}

/** Calls AWS without spans and without headers of ours: what crosses is in the message. */
export const withoutTracing = <T>(call: () => Promise<T>): Promise<T> =>
  context.with(suppressTracing(context.active()), call);

/** What every span about a message says. */
export const messaging = (
  operation: 'create' | 'send' | 'redrive' | 'receive' | 'process',
  queue: Queue,
) => ({
  'messaging.system.name': 'aws.sqs',
  'messaging.destination.name': queue.name,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation === 'redrive' ? 'send' : operation,
});

/** Sends one message in a PRODUCER span; the consumer's span becomes that span's child. Answers the message id. */
export async function sendMessage(
  sqs: SQSClient,
  queue: Queue,
  body: MessageBody,
  attributes: MessageAttributes = {},
): Promise<string> {
  const init = { kind: SpanKind.PRODUCER, attributes: messaging('send', queue) };
  return withSpan(`send ${queue.name}`, init, async (span) => {
    const command = new SendMessageCommand({ QueueUrl: queue.url, ...carryContext(body, attributes) });
    span.setAttributes(sendAttributes(command.input, attributes));
    const { MessageId = '' } = await withoutTracing(() => sqs.send(command));
    span.setAttribute('messaging.message.id', MessageId);
    return MessageId;
  });
}
