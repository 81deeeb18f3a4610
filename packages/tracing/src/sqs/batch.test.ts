import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { SpanKind } from '@opentelemetry/api';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { extractContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { EARLIER_MESSAGE_REFUSED, MAX_REQUEST_BYTES, sendBatch } from './batch.ts';
import { receiveMessages } from './receive.ts';
import { startQueues } from './sqs.fixture.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
beforeEach(() => tracing.reset());

const traceOf = (n: number) => `${n}`.repeat(32);
const parent = (n: number) => extractContext({ traceparent: `00-${traceOf(n)}-b7ad6b7169203331-01` });

/** An SQS client that records its requests and passes on those that `answer` does not respond to. */
function spy(answer: (command: SendMessageBatchCommand) => unknown = () => undefined) {
  const requests: SendMessageBatchCommand[] = [];
  const send = async (command: SendMessageBatchCommand) => {
    requests.push(command);
    return (await answer(command)) ?? sqs.send(command);
  };
  return { requests, client: { send } as unknown as SQSClient };
}

describe('sendBatch', () => {
  it('a batch has a PRODUCER span and a context per entry, and a CLIENT span with links per request', async () => {
    const { queue } = await newQueue();
    const outcomes = await sendBatch(
      sqs,
      queue,
      [1, 2, 3].map((n) => ({ body: { n }, parent: parent(n) })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    const created = tracing.spans(`create ${queue.name}`);
    expect(created.map((span) => [span.kind, span.spanContext().traceId])).toEqual(
      [1, 2, 3].map((n) => [SpanKind.PRODUCER, traceOf(n)]),
    );
    const places = created.map(({ attributes }) => attributes['mesh.messaging.context_place']);
    expect(places).toEqual(Array(3).fill('attributes'));
    const [send] = tracing.spans(`send ${queue.name}`);
    expect(send?.kind).toBe(SpanKind.CLIENT);
    const ids = created.map((span) => span.spanContext().spanId);
    expect(send?.links.map(({ context }) => context.spanId)).toEqual(ids);

    const received = await receiveMessages(sqs, queue);
    const parents = received.map(({ message }) => message.MessageAttributes?.traceparent?.StringValue);
    expect(parents).toEqual([1, 2, 3].map((n, i) => `00-${traceOf(n)}-${ids[i]}-01`));
  });

  it('a batch of more than ten entries is sent in several requests', async () => {
    const { queue } = await newQueue();
    const { requests, client } = spy();
    const outcomes = await sendBatch(client, queue, Array(25).fill({ body: {} }));
    expect(requests.map(({ input }) => input.Entries?.length)).toEqual([10, 10, 5]);
    expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await count(queue)).toBe(25);
  });

  it('a batch is sent in requests that do not exceed the size limit', async () => {
    const { queue } = await newQueue();
    const { requests, client } = spy();
    const body = { text: 'x'.repeat(MAX_REQUEST_BYTES / 3) };
    await sendBatch(client, queue, [{ body }, { body }, { body }]);
    expect(requests.map(({ input }) => input.Entries?.length)).toEqual([2, 1]);
  });

  it('a batch resolves to the refusal of an entry, and only the span of that entry has the error', async () => {
    const { queue } = await newQueue();
    const { client } = spy(async ({ input: { QueueUrl, Entries = [] } }) => {
      const rest = Entries.filter(({ Id }) => Id !== '1');
      const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: rest }));
      return {
        ...sent,
        Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false, Message: 'not now' }],
      };
    });
    const outcomes = await sendBatch(client, queue, [{ body: {} }, { body: {} }, { body: {} }]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'EntryRefused', code: 'InternalError', senderFault: false } },
      { status: 'fulfilled' },
    ]);
    const errors = tracing.spans(`create ${queue.name}`).map(({ attributes }) => attributes['error.type']);
    expect(errors).toEqual([undefined, 'EntryRefused', undefined]);
  });

  it('a batch resolves to the error of a failed request for each of its entries', async () => {
    const { queue } = await newQueue();
    const gone = new Error('connection refused');
    const { client } = spy(() => Promise.reject(gone));
    const outcomes = await sendBatch(client, queue, [{ body: {} }, { body: {} }]);
    expect(outcomes).toEqual(Array(2).fill({ status: 'rejected', reason: gone }));
    const events = tracing.spans(`create ${queue.name}`).flatMap((span) => span.events);
    expect(events).toEqual([]); // recorded once: at the request's own span
  });

  it('a batch has no message of a FIFO group sent after one of an earlier request was refused; other groups go on', async () => {
    const { queue } = await newQueue(3, { fifo: true });
    const { requests, client } = spy(async ({ input: { QueueUrl, Entries = [] } }) => {
      const rest = Entries.filter(({ Id }) => Id !== '0');
      const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: rest }));
      return rest.length < Entries.length ? { ...sent, Failed: [{ Id: '0', Code: 'InternalError' }] } : sent;
    });
    const entries = Array.from({ length: 12 }, (_, n) => ({ body: { n }, groupId: n % 2 === 0 ? 'a' : 'b' }));
    const outcomes = await sendBatch(client, queue, entries);
    expect(requests.map(({ input }) => input.Entries?.map(({ Id }) => Id))).toEqual([
      ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      ['11'],
    ]);
    expect(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : [])),
    ).toEqual(['InternalError', EARLIER_MESSAGE_REFUSED]);
    expect(await count(queue)).toBe(10);
  });

  it('a batch has a group and a deduplication id per entry; a FIFO queue delivers one of several with the same id', async () => {
    const { queue } = await newQueue(3, { fifo: true });
    const entry = (n: number) => ({ body: { n }, groupId: 'a', deduplicationId: `${n % 2}` });
    const [first, second, third] = await sendBatch(sqs, queue, [1, 2, 3].map(entry));
    expect(third).toEqual(first);
    expect(second).not.toEqual(first);
    expect(await count(queue)).toBe(2);
  });
});
