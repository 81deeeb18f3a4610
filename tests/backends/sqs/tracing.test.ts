// The packages tracing and runtime on the queue at hand: AWSTraceHeader, FIFO, SQS's own redrive, SNS.
import { StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { attemptsInRedis } from '@trace-mesh/runtime/sqs-attempts';
import { findQueue } from '@trace-mesh/runtime/sqs-client';
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import type { Handler } from '@trace-mesh/runtime/sqs-process';
import { redriveOf } from '@trace-mesh/runtime/sqs-redrive';
import { extractContext, runInContext } from '@trace-mesh/tracing/carrier';
import { createLogger } from '@trace-mesh/tracing/logger';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { sendBatch } from '@trace-mesh/tracing/sqs-batch';
import { carryContext, injectIntoAttributes, type MessageAttributes } from '@trace-mesh/tracing/sqs-carrier';
import { receiveMessages, withProcessSpan } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import type { Redis } from 'ioredis';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { attributes, Backend, type TestQueue } from './backend.ts';
import { Topics } from './topics.ts';

const { sqs: url } = inject('endpoints');
const at = new Backend(url);
const topics = new Topics(url);
const isLocalStack = await at.isLocalStack();
const hasTopics = await topics.exist();
const tracing = startTestTracing();
afterAll(async () => {
  await tracing[Symbol.asyncDispose]();
  await topics[Symbol.asyncDispose]();
  await at[Symbol.asyncDispose]();
});
const logger = createLogger({ write: () => undefined });
const eventually = { timeout: 20_000, interval: 50 };

const idsOf = (name: string) => tracing.spans(name).map((span) => span.spanContext().spanId);
const parentsOf = (name: string) => tracing.spans(name).map((span) => span.parentSpanContext?.spanId);

/** Receives one message and processes it; returns its span. */
async function processOne({ name, url }: TestQueue) {
  const queue = { name, url };
  const [delivery] = await receiveMessages(at.sqs, queue);
  if (!delivery) throw new Error('no message was delivered');
  await withProcessSpan(queue, delivery, {}, async () => {});
  return tracing.spans(`process ${name}`).at(-1);
}

it('a message with neither room in its attributes nor in its body carries its trace in AWSTraceHeader', async () => {
  const queue = await at.queue();
  await sendMessage(at.sqs, queue, { trace: 'a field of the program' }, attributes(10));
  const work = await processOne(queue);
  expect([work?.parentSpanContext?.spanId]).toEqual(idsOf(`send ${queue.name}`));
  expect(work?.attributes['mesh.messaging.context_place']).toBe('aws-trace-header');
});

it('a FIFO group is processed in order, a retry included, each message as a child of its sender', async () => {
  const { name } = await at.queue({ FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  const queue = await findQueue(at.sqs, name);
  const entries = [1, 2, 3].map((n) => ({ body: { n }, groupId: 'a' }));
  await sendBatch(at.sqs, queue, entries);
  const processed: number[] = [];
  const handle: Handler = async (body) => {
    processed.push(JSON.parse(body).n);
    if (processed.length === 1) throw new Error('first attempt');
  };
  await using _consumer = consume(at.sqs, queue, handle, logger, { retryBaseSeconds: 0 });
  await vi.waitFor(() => expect(tracing.spans(`process ${name}`)).toHaveLength(4), eventually);
  expect(processed).toEqual([1, 1, 2, 3]);
  const [first, second, third] = idsOf(`create ${name}`);
  expect(parentsOf(`process ${name}`)).toEqual([first, first, second, third]);
});

it('a message that SQS’s own redrive moved stays in its trace and links to the attempt before', async () => {
  const { queue: made, deadLetters } = await at.withDeadLetters(2);
  const queue = await findQueue(at.sqs, made.name);
  let isFixed = false;
  const redrives: (string | undefined)[] = [];
  const handle: Handler = async (_body, { message }) => {
    redrives.push(redriveOf(message) === message.MessageId ? 'redriven' : undefined);
    if (!isFixed) throw new Error('broken');
  };
  const attempts = attemptsInRedis(redisOfThisProcess(), logger);
  await using _consumer = consume(at.sqs, queue, handle, logger, { attempts, retryBaseSeconds: 0 });
  await sendMessage(at.sqs, queue, { n: 1 });
  await vi.waitFor(async () => expect(await at.waiting(deadLetters)).toBe(1), eventually);

  isFixed = true;
  const move = { SourceArn: deadLetters.arn, DestinationArn: made.arn };
  await at.sqs.send(new StartMessageMoveTaskCommand(move));
  const name = `process ${queue.name}`;
  await vi.waitFor(() => expect(tracing.spans(name)).toHaveLength(3), eventually);
  const spans = tracing.spans(name);
  const [sent] = idsOf(`send ${queue.name}`);
  expect(parentsOf(name)).toEqual([sent, sent, sent]);
  const previous = spans.map(({ links }) => links.at(-1)?.context.spanId);
  expect(previous.slice(1)).toEqual(idsOf(name).slice(0, 2));
  expect(redrives).toEqual([undefined, undefined, 'redriven']);
  // A moved message is a new one. LocalStack counts on: the move itself was a receive.
  const count = spans.map((span) => span.attributes['mesh.messaging.delivery_attempt']);
  expect(count).toEqual([1, 2, isLocalStack ? 2 : 1]);
});

/** What the attempt log needs of Redis. */
function redisOfThisProcess(): Redis {
  const values = new Map<string, string>();
  const get = async (key: string) => values.get(key) ?? null;
  const set = async (key: string, value: string) => void values.set(key, value);
  return { get, set } as unknown as Redis;
}

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const publisher = extractContext({ traceparent });
const text = injectIntoAttributes({ traceparent });
const binary = { traceparent: { DataType: 'Binary', BinaryValue: Buffer.from(traceparent) } };
const full = attributes(10);
const inBody = runInContext(publisher, () => carryContext({ n: 1 }, full)).MessageBody;

if (hasTopics)
  it.each<[string, boolean, string, MessageAttributes, string]>([
    ['String attributes', true, '{}', text, 'attributes'],
    ['String attributes', false, '{}', text, 'sns'],
    ['Binary attributes', true, '{}', binary, 'attributes'],
    ['Binary attributes', false, '{}', binary, 'sns'],
    ['the body', true, inBody, full, 'body'],
    ['the body', false, inBody, full, 'body'],
  ])('context that SNS delivers in %s is the parent of the work, raw message delivery %s', async (...row) => {
    const [, raw, message, published, place] = row;
    const queue = await at.queue();
    await topics.publish(queue, message, published, raw);
    const work = await processOne(queue);
    expect(work?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(work?.attributes['mesh.messaging.context_place']).toBe(place);
  });
else it('this server has no SNS', async () => expect(await topics.exist()).toBe(false));
