// Runs the consumer on a test queue and checks its traces and its dead letters.
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { findQueue, openSqs } from '@trace-mesh/runtime/sqs-client';
import { createLogger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { buildApp } from 'fauxqs';
import { afterAll, expect, it, vi } from 'vitest';
import { consumeQueue } from './app.ts';
import { QUEUE, sendGreet } from './client.ts';
import { MAX_NAME_LENGTH } from './messages.ts';

process.env.AWS_REGION ??= 'us-east-1';
process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const WAIT = { timeout: 10_000, interval: 20 };
const tracing = startTestTracing();
const server = buildApp({ logger: false });
const sqs = openSqs(await server.listen({ host: '127.0.0.1', port: 0 }));
await sqs.send(new CreateQueueCommand({ QueueName: `${QUEUE}-dlq` }));
const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${QUEUE}-dlq`;
const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: '3' });
await sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes: { RedrivePolicy } }));
const queue = await findQueue(sqs, QUEUE);

const lines: string[] = [];
const logger = createLogger({ write: (line: string) => void lines.push(line) });
const consumer = consumeQueue({ sqs, queue, logger }, { RETRY_BASE_S: 0 });
afterAll(async () => {
  await consumer[Symbol.asyncDispose]();
  sqs.destroy();
  await server.close();
  await tracing[Symbol.asyncDispose]();
});

const deadLetters = async () => {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const command = new GetQueueAttributesCommand({ QueueUrl: queue.deadLetters?.url, AttributeNames });
  return Number((await sqs.send(command)).Attributes?.ApproximateNumberOfMessages);
};

it('the span of the work is the child of the message’s, and that of the sender’s', async () => {
  await withSpan('sender', {}, () => sendGreet(sqs, queue, { name: 'Ada' }));
  await vi.waitFor(() => expect(tracing.spans(`process ${QUEUE}`)).toHaveLength(1), WAIT);
  const [sender] = tracing.spans('sender');
  const [sent] = tracing.spans(`send ${QUEUE}`);
  const [processed] = tracing.spans(`process ${QUEUE}`);
  const [received] = tracing.spans(`receive ${QUEUE}`);
  const [work] = tracing.spans('make greeting');
  expect(sent?.parentSpanContext?.spanId).toBe(sender?.spanContext().spanId);
  expect(processed?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
  expect(work?.parentSpanContext?.spanId).toBe(processed?.spanContext().spanId);
  expect(received?.links.map((link) => link.context.spanId)).toEqual([sent?.spanContext().spanId]);
});

it.each([{ other: true }, { name: '' }, { name: 'a'.repeat(MAX_NAME_LENGTH + 1) }])(
  'an invalid message becomes a dead letter without retries: %j',
  async (body) => {
    const before = await deadLetters();
    await sendMessage(sqs, queue, body);
    await vi.waitFor(async () => expect(await deadLetters()).toBe(before + 1), WAIT);
    expect(lines.join('')).not.toContain('aaaa');
  },
);

it('the client rejects an invalid message', () => {
  expect(() => sendGreet(sqs, queue, { name: '' })).toThrow('name');
});
