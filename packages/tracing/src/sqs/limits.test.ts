import { trace } from '@opentelemetry/api';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { extractContext, injectContext, runInContext } from '../context/carrier.ts';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { sendBatch } from './batch.ts';
import {
  bytesOf,
  carryContext,
  MAX_MESSAGE_BYTES,
  type MessageAttributes,
  type OutgoingMessage,
} from './carrier.ts';
import { extractFromMessage } from './extract.ts';
import { receiveMessages } from './receive.ts';
import { sendMessage } from './send.ts';
import { startQueues } from './sqs.fixture.ts';

const tracing = startTestTracing();
const queues = await startQueues();
afterAll(() => tracing[Symbol.asyncDispose]());
beforeEach(() => tracing.reset());

const SENDER = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const WHOLE = { ...SENDER, tracestate: 'vendor=1', baggage: 'a=1', 'x-mcp-tenant-id': 'acme' };
const EARLIER = '00-11111111111111111111111111111111-2222222222222222-01';
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const users = (count: number): MessageAttributes =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`user-${n}`, text('x')]));
const inTrace = <T>(work: () => T, carrier: object = WHOLE) => runInContext(extractContext(carrier), work);
/** What the consumer reads of a message that was sent so. */
const arrived = ({ MessageBody: Body, MessageAttributes, MessageSystemAttributes }: OutgoingMessage) =>
  extractFromMessage({
    Body,
    MessageAttributes,
    Attributes: { AWSTraceHeader: MessageSystemAttributes?.AWSTraceHeader.StringValue ?? '' },
  });
const spanIdOf = (message: OutgoingMessage) => trace.getSpanContext(arrived(message))?.spanId;
/** A body that makes a message without attributes so many bytes large. */
const bodyOf = (bytes: number) => ({ pad: 'x'.repeat(bytes - '{"pad":""}'.length) });

describe('names that the user has, too', () => {
  it.each([
    ['baggage', 'two suitcases'],
    ['baggage', 'mine=1'],
    ['tracestate', 'confirmed'],
    ['traceparent', 'mother'],
    ['x-mcp-context', 'mine'],
  ])('an attribute %s: %s is sent as it is, and the context is in the body', (name, value) => {
    const own = { [name]: text(value) };
    const sent = inTrace(() => carryContext({ n: 1 }, own));
    expect(sent.MessageAttributes).toEqual(own);
    expect(injectContext(arrived(sent))).toEqual(WHOLE);
  });

  it.each([['text'], [7], [null], [{ id: 4 }]])(
    'a body field trace: %j is sent as it is, and with ten attributes the trace is in AWSTraceHeader',
    (own) => {
      const sent = inTrace(() => carryContext({ trace: own }, users(10)));
      expect(JSON.parse(sent.MessageBody)).toEqual({ trace: own });
      expect(sent.MessageAttributes).toEqual(users(10));
      expect(spanIdOf(sent)).toBe('b7ad6b7169203331');
    },
  );

  it('a body field trace, and room for two of four attributes: these are sent, and the span names the others', async () => {
    await withSpan('sender', { parent: extractContext(WHOLE) }, async () => {
      const sent = carryContext({ trace: 'text' }, users(8));
      expect(Object.keys(sent.MessageAttributes ?? {})).toEqual([
        ...Object.keys(users(8)),
        'traceparent',
        'tracestate',
      ]);
    });
    expect(tracing.spans('sender')[0]?.attributes['mesh.messaging.context_dropped']).toEqual([
      'x-mcp-context',
      'baggage',
    ]);
  });
});

describe('the context of an earlier sender', () => {
  it.each([
    ['attributes', {}, { traceparent: text(EARLIER), baggage: text('old=1') }],
    ['binary attributes', {}, { traceparent: { DataType: 'Binary', BinaryValue: Buffer.from(EARLIER) } }],
    ['the body', { trace: { traceparent: EARLIER, baggage: 'old=1' } }, {}],
    ['the body, with ten attributes', { trace: { traceparent: EARLIER, baggage: 'old=1' } }, users(10)],
  ])('in %s is replaced', (_, body, attributes: MessageAttributes) => {
    const sent = inTrace(() => carryContext(body, attributes), SENDER);
    expect(injectContext(arrived(sent))).toEqual(SENDER);
  });

  it('stays where there is none to replace it', () => {
    const attributes = { traceparent: text(EARLIER) };
    expect(carryContext({ trace: 1 }, attributes)).toEqual({
      MessageBody: '{"trace":1}',
      MessageAttributes: attributes,
    });
  });
});

describe('a message near the size limit', () => {
  it.each([
    ['1 MiB', MAX_MESSAGE_BYTES, undefined],
    ['256 KiB, the former limit', 262_144, undefined],
    ['the MaximumMessageSize of its queue', 2_048, 2_048],
  ])('%s: is not made larger than that, and its trace is in AWSTraceHeader', (_, limit, maxMessageBytes) => {
    const sent = inTrace(() => carryContext(bodyOf(limit - 20), {}, { maxMessageBytes }));
    expect(bytesOf(sent)).toBeLessThanOrEqual(limit);
    expect(spanIdOf(sent)).toBe('b7ad6b7169203331');
  });

  it('takes what fits, the trace before the baggage', () => {
    const sent = inTrace(() => carryContext(bodyOf(MAX_MESSAGE_BYTES - 100)));
    expect(Object.keys(sent.MessageAttributes ?? {})).toEqual(['traceparent', 'tracestate']);
  });

  it.each([1, 20, 71, 72, 73, 200])('is accepted by the queue %i bytes below it', async (below) => {
    const { queue } = await queues.newQueue();
    await inTrace(() => sendMessage(queues.sqs, queue, bodyOf(MAX_MESSAGE_BYTES - below)));
    expect(await receiveMessages(queues.sqs, queue)).toHaveLength(1);
  });
});

it.each([
  ['1 MiB', MAX_MESSAGE_BYTES],
  ['256 KiB', 262_144],
])('a batch of entries just below %s, alone and together, is accepted by the queue', async (_, limit) => {
  const { queue } = await queues.newQueue(3, { maxMessageBytes: limit });
  const sizes = [limit - 20, 20, limit - 80, limit / 2, limit / 2 - 30];
  const entries = sizes.map((bytes) => ({ body: bodyOf(bytes), parent: extractContext(WHOLE) }));
  const outcomes = await sendBatch(queues.sqs, queue, entries);
  expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'));
  expect(await queues.count(queue)).toBe(5);
});

it.each([
  ['that serialises itself', { n: 1, toJSON: () => ({ serialised: 1 }) }, '{"serialised":1}'],
  ['that is an array', [1] as unknown as { n: number }, '[1]'],
  [
    'with the trace of an earlier sender, which its queue deduplicates by',
    { trace: SENDER },
    JSON.stringify({ trace: SENDER }),
  ],
])('a body %s is not changed, and with ten attributes the trace is in AWSTraceHeader', (_, body, text) => {
  const sent = inTrace(() => carryContext(body, users(10), { isDeduplicatedByBody: true }));
  expect(sent.MessageBody).toBe(text);
  expect(sent.MessageSystemAttributes?.AWSTraceHeader.StringValue).toContain('b7ad6b7169203331');
});

it('a body that its queue deduplicates by is not changed', () => {
  const sent = inTrace(() => carryContext({ n: 1 }, users(10), { isDeduplicatedByBody: true }));
  expect(sent.MessageBody).toBe('{"n":1}');
  expect(spanIdOf(sent)).toBe('b7ad6b7169203331');
});
