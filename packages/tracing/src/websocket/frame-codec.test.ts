import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, type Frame, FrameError } from './frame.ts';
import { frameCodec } from './frame-codec.ts';

const carrier = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
  baggage: 'a=1',
  'x-mcp-tenant-id': 'acme',
};
const codec = frameCodec({ subscribe: { type: 'request', method: 6 }, error: { type: 'error', method: 0 } });
const encoded = (message: Parameters<typeof codec.encode>[0], sent = carrier) =>
  codec.encode(message, sent) as Buffer;
const raw = (change: Partial<Frame>) => {
  const payload = Buffer.from('{"n":1}');
  return encodeFrame({
    type: 'request',
    method: 6,
    sequence: 9n,
    compressed: false,
    batch: false,
    payload,
    ...change,
  });
};

describe('messages as MCPW frames', () => {
  it('carry context, tracestate, baggage and tenant in the trace block', () => {
    const decoded = codec.decode(encoded({ type: 'subscribe', data: { n: 1 } }));
    expect(decoded).toMatchObject({ type: 'subscribe', data: { n: 1 }, carrier });
  });

  it('have no trace block without a trace', () => {
    const bytes = encoded({ type: 'subscribe', data: 1 }, {} as typeof carrier);
    expect(decodeFrame(bytes).trace).toBeUndefined();
    expect(codec.decode(bytes).carrier).toEqual({});
  });

  it('are numbered, and a response repeats the number of its request', () => {
    const [first, second] = [encoded({ type: 'error', data: 1 }), encoded({ type: 'error', data: 1 })];
    expect(decodeFrame(second).sequence).toBe(decodeFrame(first).sequence + 1n);
    const answer = encoded({ type: 'error', data: 1, sequence: 77n });
    expect(codec.decode(answer).sequence).toBe(77n);
  });

  it('are compressed from the threshold on', () => {
    const long = { text: 'again '.repeat(100) };
    expect(decodeFrame(encoded({ type: 'subscribe', data: { n: 1 } })).compressed).toBe(false);
    const bytes = encoded({ type: 'subscribe', data: long });
    expect(decodeFrame(bytes).compressed).toBe(true);
    expect(codec.decode(bytes).data).toEqual(long);
  });

  it('are accepted from an old client, which sends no trace block', () => {
    expect(codec.decode(raw({}))).toEqual({ type: 'subscribe', data: { n: 1 }, sequence: 9n, carrier: {} });
  });

  it.each(['', 'noise', '[]', '{"trace_id":"xyz"}', '{"trace_id":1}'])(
    'lose the context and not the message when the block is %j',
    (block) => {
      const decoded = codec.decode(raw({ trace: Buffer.from(block) }));
      expect(decoded).toMatchObject({ data: { n: 1 }, carrier: {} });
    },
  );

  it.each(['nothing.stands.for.it', 'constructor', '__proto__'])(
    'are not written for the name %s',
    (type) => {
      expect(() => codec.encode({ type, data: 1 }, {})).toThrow(
        expect.objectContaining({ code: 'unknown_method' }),
      );
    },
  );

  it.each([
    ['unknown_method', raw({ method: 3 })],
    ['unknown_method', raw({ batch: true })],
    ['bad_payload', raw({ payload: Buffer.from('{') })],
    ['bad_payload', raw({ compressed: true })],
    ['truncated', Buffer.alloc(3)],
  ])('are refused as %s', (code, bytes) => {
    expect(() => codec.decode(bytes)).toThrow(FrameError);
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code }));
  });
});
