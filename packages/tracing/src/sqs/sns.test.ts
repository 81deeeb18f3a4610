// A message published to SNS, as its subscription by a queue delivers it.
import { afterAll, expect, it } from 'vitest';
import { extractContext, runInContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { carryContext, injectIntoAttributes, type MessageAttributes } from './carrier.ts';
import { receiveMessages, withProcessSpan } from './receive.ts';
import { startQueues } from './sqs.fixture.ts';

const tracing = startTestTracing();
const queues = await startQueues();
afterAll(async () => {
  await queues[Symbol.asyncDispose]();
  await tracing[Symbol.asyncDispose]();
});
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const publisher = extractContext({ traceparent, tracestate: 'vendor=1' });
const text = injectIntoAttributes({ traceparent });
const binary = { traceparent: { DataType: 'Binary', BinaryValue: Buffer.from(traceparent) } };
const ten: MessageAttributes = Object.fromEntries(
  Array.from({ length: 10 }, (_, n) => [`user-${n}`, { DataType: 'String', StringValue: 'x' }]),
);
const inMessage = runInContext(publisher, () => carryContext({ n: 1 }, ten));

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
  await queues.publish(queue, message, attributes, raw === 'on');
  const [delivery] = await receiveMessages(queues.sqs, queue);
  if (!delivery) throw new Error('no message was delivered');
  await withProcessSpan(queue, delivery, {}, async () => {});
  const [work] = tracing.spans(`process ${queue.name}`);
  expect(work?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(work?.attributes['mesh.messaging.context_place']).toBe(place);
});
