import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createLogger } from '@trace-mesh/tracing/logger';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { consume, RECEIVE_LINGER_MS, RETRY_MAX_S, retryDelay } from './consumer.ts';
import { redrive } from './redrive.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
const lines: string[] = [];
const logger = createLogger({ write: (line: string) => void lines.push(line) });
const eventually = { timeout: 10_000, interval: 20 };

describe('a failing message', () => {
  it('a failing message is delivered again after a delay that doubles with each attempt, up to a limit', () => {
    expect([1, 2, 3, 20].map((attempt) => retryDelay(attempt))).toEqual([1, 2, 4, RETRY_MAX_S]);
    expect(retryDelay(1, 0)).toBe(0);
  });

  it('a failing message is delivered as often as the redrive policy says, becomes a dead letter, and succeeds after a redrive', async () => {
    const { queue, deadLetters } = await newQueue(3);
    const attempts: [number, boolean][] = [];
    let broken = true;
    const handle = async (_: string, { attempt, isLast }: { attempt: number; isLast: boolean }) => {
      attempts.push([attempt, isLast]);
      if (broken) throw new Error('broken');
    };
    await using _consumer = consume(sqs, queue, handle, logger, { retryBaseSeconds: 0 });
    await sendMessage(sqs, queue, { n: 1 }, { mine: { DataType: 'String', StringValue: 'kept' } });
    await vi.waitFor(async () => expect(await count(deadLetters)).toBe(1), eventually);
    expect(attempts).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    // The line is logged after the message was moved.
    const logged = () => lines.filter((line) => line.includes('goes to the dead letters'));
    await vi.waitFor(() => expect(logged()).toHaveLength(1), eventually);

    broken = false;
    expect(await redrive(sqs, deadLetters, queue)).toBe(1);
    await vi.waitFor(() => expect(attempts).toHaveLength(4), eventually);
    await vi.waitFor(async () => expect(await count(queue)).toBe(0), eventually);
    expect(await count(deadLetters)).toBe(0);

    const [send] = tracing.spans(`send ${queue.name}`);
    const origin = send?.spanContext().spanId;
    const work = tracing.spans(`process ${queue.name}`);
    expect(work.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(4).fill(origin));
    const [moved] = tracing.spans(`redrive ${queue.name}`);
    const [root] = tracing.spans(`redrive ${deadLetters.name}`);
    expect(moved?.parentSpanContext?.spanId).toBe(origin);
    expect(moved?.links[0]?.context.spanId).toBe(root?.spanContext().spanId);
    expect(root?.links[0]?.context.spanId).toBe(origin);
  });
});

describe('redrive', () => {
  it('a redrive moves the messages that its filter selects, and leaves the others visible', async () => {
    const { queue, deadLetters } = await newQueue();
    for (const n of [1, 2, 3]) await sendMessage(sqs, deadLetters, { n });
    const only = (body: string) => body !== '{"n":2}';
    expect(await redrive(sqs, deadLetters, queue, { only })).toBe(2);
    expect(await redrive(sqs, deadLetters, queue, { max: 5 })).toBe(1);
    expect(await count(queue)).toBe(3);
  });
});

describe('consume', () => {
  it('a consumer processes as many messages concurrently as configured, and finishes them when it is disposed', async () => {
    const { queue } = await newQueue();
    for (let n = 0; n < 5; n++) await sendMessage(sqs, queue, { n });
    const gate = Promise.withResolvers<void>();
    let started = 0;
    let ended = 0;
    const handle = async () => {
      started += 1;
      await gate.promise;
      ended += 1;
    };
    const consumer = consume(sqs, queue, handle, logger, { concurrency: 2 });
    await vi.waitFor(() => expect(started).toBe(2), eventually);
    const disposed = consumer[Symbol.asyncDispose]();
    gate.resolve();
    await disposed;
    expect([started, ended]).toEqual([2, 2]);
    expect(await count(queue)).toBe(3);
  });

  it('the consumer waits for other messages after a receive that was not full', async () => {
    const { queue } = await newQueue();
    const receives: { at: number; count: number }[] = [];
    const watched = Object.assign(Object.create(sqs), {
      async send(command: ReceiveMessageCommand, options: object) {
        const at = performance.now();
        const answer = await sqs.send(command, options);
        if (command instanceof ReceiveMessageCommand)
          receives.push({ at, count: answer.Messages?.length ?? 0 });
        return answer;
      },
    });
    await sendMessage(sqs, queue, { n: 1 });
    await using _consumer = consume(watched, queue, async () => {}, logger);
    await vi.waitFor(() => expect(receives).toHaveLength(1), eventually);
    await sendMessage(sqs, queue, { n: 2 });
    await vi.waitFor(() => expect(receives).toHaveLength(2), eventually);
    const [first, second] = receives;
    expect(first?.count).toBe(1);
    // A timer may be early by a fraction of a millisecond.
    expect(Number(second?.at) - Number(first?.at)).toBeGreaterThanOrEqual(RECEIVE_LINGER_MS - 1);
  });
});
