// FIFO queues: every way in which a message is sent again keeps its group and the order in it, and no copy is deduplicated.
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createLogger } from '@trace-mesh/tracing/logger';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, expect, it, vi } from 'vitest';
import { findQueue } from './client.ts';
import { consume } from './consumer.ts';
import { redrive } from './redrive.ts';
import { releaseMessage } from './release.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
const logger = createLogger({ write: () => undefined });
const eventually = { timeout: 10_000, interval: 20 };
const retryNow = { retryBaseSeconds: 0 };
const FIFO = { fifo: true };

const send = (queue: Queue, groupId: string, n: number) =>
  sendMessage(sqs, queue, { in: groupId, n }, {}, { groupId });
const bodyOf = (groupId: string, n: number) => JSON.stringify({ in: groupId, n });

/** Receives and deletes the messages of a queue, in the order of delivery. */
async function drain({ url: QueueUrl }: Pick<Queue, 'url'>): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] });
  const { Messages: [message] = [] } = await sqs.send(command);
  if (!message) return [];
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return [message, ...(await drain({ url: QueueUrl }))];
}

it('a consumer processes a group in order, retries included, and other groups meanwhile', async () => {
  const { queue } = await newQueue(3, FIFO);
  for (const n of [1, 2, 3]) await send(queue, 'a', n);
  for (const n of [1, 2]) await send(queue, 'b', n);
  const gate = Promise.withResolvers<void>();
  const done: string[] = [];
  const requests = vi.spyOn(sqs, 'send');
  let attempts = 0;
  const handle = async (body: string) => {
    if (body === bodyOf('a', 1)) {
      attempts += 1;
      await gate.promise;
      if (attempts === 1) throw new Error('first attempt');
    }
    done.push(body);
  };
  await using _consumer = consume(sqs, queue, handle, logger, retryNow);
  await vi.waitFor(() => expect(done).toEqual([bodyOf('b', 1), bodyOf('b', 2)]), eventually);
  gate.resolve();
  await vi.waitFor(() => expect(done.slice(2)).toEqual([1, 2, 3].map((n) => bodyOf('a', n))), eventually);
  expect(attempts).toBe(2);
  // AWS delivers several messages of a group in one receive; this server delivers one.
  const receives = requests.mock.calls.flatMap(([{ input }]) =>
    'MaxNumberOfMessages' in input ? [input] : [],
  );
  expect(new Set(receives.map((input) => input.MaxNumberOfMessages))).toEqual(new Set([1]));
  requests.mockRestore();
});

it('dead letters keep group and order, a redrive too, also repeated within the deduplication interval', async () => {
  const { queue, deadLetters } = await newQueue(1, FIFO);
  const attempts: string[] = [];
  const fail = (body: string) => {
    attempts.push(body);
    return Promise.reject(new Error('no'));
  };
  await using _consumer = consume(sqs, queue, fail, logger, retryNow);
  for (const n of [1, 2, 3]) await send(queue, 'a', n);
  const areDead = (rounds: number) =>
    vi.waitFor(async () => {
      expect(attempts).toHaveLength(3 * rounds);
      expect([await count(queue), await count(deadLetters)]).toEqual([0, 3]);
    }, eventually);
  await areDead(1);
  for (const round of [2, 3]) {
    expect(await redrive(sqs, deadLetters, queue, { max: 3 })).toBe(3);
    await areDead(round);
  }
  const bodies = [1, 2, 3].map((n) => bodyOf('a', n));
  expect(attempts).toEqual([...bodies, ...bodies, ...bodies]);
  const letters = await drain(deadLetters);
  expect(letters.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual(
    bodies.map((body) => [body, 'a']),
  );
});

it('a message released at its last delivery becomes a dead letter, since sent again it would be out of order', async () => {
  const { queue, deadLetters } = await newQueue(1, FIFO);
  for (const n of [1, 2]) await send(queue, 'a', n);
  const [delivery] = await receiveMessages(sqs, queue, { max: 1 });
  if (!delivery) throw new Error('no message was delivered');
  expect(delivery.isLast).toBe(true);
  await releaseMessage(sqs, queue, delivery);
  expect((await drain(queue)).map(({ Body }) => Body)).toEqual([bodyOf('a', 2)]);
  expect((await drain(deadLetters)).map(({ Body }) => Body)).toEqual([bodyOf('a', 1)]);
});

it('findQueue reads what limits a message: the maximum size, the deliveries and the dead-letter queue', async () => {
  const { queue, deadLetters } = await newQueue(2, { ...FIFO, maxMessageBytes: 2_048 });
  expect(await findQueue(sqs, queue.name)).toEqual({ ...queue, deadLetters, maxMessageBytes: 2_048 });
});
