import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { sendBatch } from '@trace-mesh/tracing/sqs-batch';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { afterEach, expect, it, vi } from 'vitest';
import { batchDeletes } from './delete.ts';

const { sqs, newQueue, count } = await startQueues();
afterEach(() => vi.restoreAllMocks());

/** A queue with `amount` messages, which are received. */
async function received(amount: number) {
  const { queue } = await newQueue();
  await sendBatch(
    sqs,
    queue,
    Array.from({ length: amount }, (_, n) => ({ body: { n } })),
  );
  const messages = [];
  while (messages.length < amount) {
    const command = new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10 });
    messages.push(...((await sqs.send(command)).Messages ?? []));
  }
  return { queue, messages };
}

it('deletes the messages of a few milliseconds with one request for ten', async () => {
  const { queue, messages } = await received(12);
  const sent = vi.spyOn(sqs, 'send');
  const deleteMessage = batchDeletes(sqs, queue);
  await Promise.all(messages.map(deleteMessage));
  expect(sent).toHaveBeenCalledTimes(2);
  vi.restoreAllMocks();
  expect(await count(queue)).toBe(0);
});

it('rejects only the deletion of the message that the queue refused', async () => {
  const { queue, messages } = await received(2);
  const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
  vi.spyOn(sqs, 'send').mockImplementation(async () => ({ Failed }));
  const outcomes = await Promise.allSettled(messages.map(batchDeletes(sqs, queue)));
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { name: 'EntryRefused', code: 'InternalError' } },
  ]);
});

it('rejects every deletion of a request that fails', async () => {
  const { queue, messages } = await received(2);
  const gone = new Error('gone');
  vi.spyOn(sqs, 'send').mockImplementation(() => Promise.reject(gone));
  const outcomes = await Promise.allSettled(messages.map(batchDeletes(sqs, queue)));
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([gone, gone]);
});
