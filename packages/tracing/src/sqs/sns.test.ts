// A message published to SNS, as its subscription by a queue delivers it.
import { afterAll, expect, it } from 'vitest';
import { extractContext, runInContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { carryContext, injectIntoAttributes, type MessageAttributes } from './carrier.ts';
import { receiveMessages, withProcessSpan } from './receive.ts';
import type { Queue } from './send.ts';
import { startQueues } from './sqs.fixture.ts';

const tracing = startTestTracing();
const queues = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const publisher = extractContext({ traceparent, tracestate: 'vendor=1' });
const text = injectIntoAttributes({ traceparent });
const binary = { traceparent: { DataType: 'Binary', BinaryValue: Buffer.from(traceparent) } };
const ten: MessageAttributes = Object.fromEntries(
  Array.from({ length: 10 }, (_, n) => [`user-${n}`, { DataType: 'String', StringValue: 'x' }]),
);
const inMessage = runInContext(publisher, () => carryContext({ n: 1 }, ten));

/** One call of SNS's query protocol. */
async function sns(Action: string, parameters: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({ Action, Version: '2010-03-31', ...parameters });
  const answer = await fetch(queues.endpoint, { method: 'POST', body });
  if (!answer.ok) throw new Error(`${Action} failed: ${await answer.text()}`);
}

/** Publishes to a new topic to which `queue` is subscribed. */
async function publish(queue: Queue, Message: string, attributes: MessageAttributes, raw: string) {
  const TopicArn = `arn:aws:sns:us-east-1:000000000000:topic-${queue.name}`;
  await sns('CreateTopic', { Name: `topic-${queue.name}` });
  await sns('Subscribe', {
    TopicArn,
    Protocol: 'sqs',
    Endpoint: `arn:aws:sqs:us-east-1:000000000000:${queue.name}`,
    'Attributes.entry.1.key': 'RawMessageDelivery',
    'Attributes.entry.1.value': raw === 'on' ? 'true' : 'false',
  });
  const entries = Object.entries(attributes).flatMap(
    ([name, { DataType = '', StringValue = '', BinaryValue }], at) => {
      const entry = `MessageAttributes.entry.${at + 1}`;
      const value = BinaryValue
        ? [`${entry}.Value.BinaryValue`, Buffer.from(BinaryValue).toString('base64')]
        : [`${entry}.Value.StringValue`, StringValue];
      return [[`${entry}.Name`, name], [`${entry}.Value.DataType`, DataType], value];
    },
  );
  await sns('Publish', { TopicArn, Message, ...Object.fromEntries(entries) });
}

it.each([
  ['String attributes', 'on', '{}', text, 'attributes'],
  ['String attributes', 'off', '{}', text, 'sns'],
  ['Binary attributes', 'on', '{}', binary, 'attributes'],
  ['Binary attributes', 'off', '{}', binary, 'sns'],
  ['the body', 'on', inMessage.MessageBody, ten, 'body'],
  ['the body', 'off', inMessage.MessageBody, ten, 'body'],
])('context published in %s is the parent of the work, raw message delivery %s', async (...row) => {
  const [, raw, message, attributes, place] = row;
  const { queue } = await queues.newQueue();
  await publish(queue, message, attributes, raw);
  const [delivery] = await receiveMessages(queues.sqs, queue);
  if (!delivery) throw new Error('no message was delivered');
  await withProcessSpan(queue, delivery, {}, async () => {});
  const [work] = tracing.spans(`process ${queue.name}`);
  expect(work?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(work?.attributes['mesh.messaging.context_place']).toBe(place);
});
