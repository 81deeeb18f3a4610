import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { SpanStatusCode } from '@opentelemetry/api';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { HEARTBEAT_INTERVAL_MS, HEARTBEAT_VISIBILITY_S, keepInvisible } from './heartbeat.ts';
import { processMessage } from './process.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());
const eventually = { timeout: 10_000, interval: 20 };

/** A message with a visibility timeout of one second. */
async function received(queue: Queue) {
  await sendMessage(sqs, queue, { n: 1 });
  const command = { QueueUrl: queue.url, VisibilityTimeout: 1, AttributeNames: ['All' as const] };
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(command));
  if (!message) throw new Error('no message was received');
  return message;
}
const countVisible = async ({ url }: Queue) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0 }),
  );
  return Messages.length;
};

describe('keepInvisible', () => {
  it('a message in processing is invisible to other consumers until its heartbeat is disposed', async () => {
    const { queue } = await newQueue(100);
    const message = await received(queue);
    {
      await using _ = keepInvisible(sqs, queue, message, { intervalMs: 100, visibilitySeconds: 1 });
      const began = Date.now();
      while (Date.now() - began < 2_500) expect(await countVisible(queue)).toBe(0);
    }
    await vi.waitFor(async () => expect(await countVisible(queue)).toBe(1), eventually);
  });

  it('a message in processing stays invisible when two heartbeats are lost', () => {
    expect(HEARTBEAT_VISIBILITY_S * 1_000).toBeGreaterThanOrEqual(3 * HEARTBEAT_INTERVAL_MS);
  });

  it('extending the visibility timeout fails with a warning each time, and the message is processed', async () => {
    const { queue } = await newQueue();
    await sendMessage(sqs, queue, { n: 1 });
    const [delivery] = await receiveMessages(sqs, queue);
    if (!delivery) throw new Error('no message was received');
    const warnings: string[] = [];
    const warn = (_: unknown, what: string) => void warnings.push(what);
    const refused = vi.spyOn(sqs, 'send').mockRejectedValue(new Error('refused'));
    const handle = () => vi.waitFor(() => expect(warnings.length).toBeGreaterThan(1), eventually);
    const restoring = async () => {
      await handle();
      refused.mockRestore();
    };
    await processMessage(sqs, queue, delivery, restoring, { heartbeat: { intervalMs: 5 }, warn });
    expect(new Set(warnings)).toEqual(new Set(['extending the visibility timeout failed']));
    expect(await count(queue)).toBe(0);
    const [span] = tracing.spans(`process ${queue.name}`);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.events.filter(({ name }) => name === 'exception')).toEqual([]);
  });

  it('disposing a heartbeat waits for an extension in flight, which would undo what comes next', async () => {
    const { queue } = await newQueue();
    const gate = Promise.withResolvers<void>();
    const sent = vi.spyOn(sqs, 'send').mockImplementation(() => gate.promise);
    const heartbeat = keepInvisible(sqs, queue, { ReceiptHandle: 'r' }, { intervalMs: 1 });
    await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(1), eventually);
    let stopped = false;
    const stopping = heartbeat[Symbol.asyncDispose]().then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    gate.resolve();
    await stopping;
    expect(sent).toHaveBeenCalledTimes(1);
    sent.mockRestore();
  });
});
