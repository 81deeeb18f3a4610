import { createLogger } from '@trace-mesh/tracing/logger';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { consume } from './consumer.ts';
import { type Attempt, FinalFailure } from './process.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
const logger = createLogger({ write: () => undefined });
// At its concurrency a consumer has no open poll; the test server would deliver messages to an aborted one.
const eventually = { timeout: 10_000, interval: 20 };

/** Rejects with the signal's reason once it aborts. */
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('a stopping consumer', () => {
  it.each([
    ['is visible immediately', 3],
    ['is sent again, unchanged, where it would become a dead letter', 1],
  ])('a stopping consumer releases a message whose handler only waits: it %s', async (_, maxReceives) => {
    const { queue, deadLetters } = await newQueue(maxReceives);
    await sendMessage(sqs, queue, { n: 1 }, { mine: { DataType: 'String', StringValue: 'kept' } });
    let waits = false;
    const wait = async (_: string, { stopping }: Attempt) => {
      waits = true;
      await aborted(stopping);
    };
    const consumer = consume(sqs, queue, wait, logger, { drainMs: 60_000, concurrency: 1 });
    await vi.waitFor(() => expect(waits).toBe(true), eventually);
    await consumer[Symbol.asyncDispose]();
    const [delivery] = await receiveMessages(sqs, queue, { waitSeconds: 0 });
    expect(delivery?.message.Body).toBe('{"n":1}');
    expect(delivery?.message.MessageAttributes?.mine?.StringValue).toBe('kept');
    expect(delivery?.attempt).toBe(maxReceives === 1 ? 1 : 2);
    expect(await count(deadLetters)).toBe(0);
    expect(await count(queue)).toBe(1);
  });

  it('a stopping consumer aborts running work after the drain time', async () => {
    const { queue } = await newQueue();
    for (const n of [1, 2]) await sendMessage(sqs, queue, { n });
    let started = 0;
    const work = async (body: string, { signal, stopping }: Attempt) => {
      started += 1;
      await aborted(body === '{"n":1}' ? signal : stopping).catch((error: unknown) => {
        if (body === '{"n":1}') throw error;
      });
    };
    const consumer = consume(sqs, queue, work, logger, { drainMs: 100, concurrency: 2 });
    await vi.waitFor(() => expect(started).toBe(2), eventually);
    await consumer[Symbol.asyncDispose]();
    const left = await receiveMessages(sqs, queue, { waitSeconds: 0 });
    expect(left.map(({ message }) => message.Body)).toEqual(['{"n":1}']);
  });
});

it('a FinalFailure moves its message to the dead letters at the first attempt', async () => {
  const { queue, deadLetters } = await newQueue(3);
  await sendMessage(sqs, queue, { n: 1 });
  const fail = () => Promise.reject(new FinalFailure('no', { cause: new RangeError('too far') }));
  await using _consumer = consume(sqs, queue, fail, logger, { retryBaseSeconds: 0 });
  await vi.waitFor(async () => expect(await count(deadLetters)).toBe(1), eventually);
  await vi.waitFor(async () => expect(await count(queue)).toBe(0), eventually);
  const attempts = tracing.spans(`process ${queue.name}`);
  expect(attempts).toHaveLength(1);
});
