import { deflateSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyContext, anyJson, awkwardNames } from '../arbitraries.fixture.ts';
import { injectContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import {
  decodeFrame,
  encodeFrame,
  FLAG_COMPRESSED,
  FLAG_TRACE,
  FRAME_TYPES,
  FrameError,
  HEADER_BYTES,
  MAX_FRAME_BYTES,
} from './frame.ts';
import { type FrameNames, frameCodec } from './frame-codec.ts';
import { MAX_DECOMPRESSED_BYTES } from './frame-payload.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const NAMES: FrameNames = { ask: { type: 'request', method: 1 }, answer: { type: 'response', method: 1 } };
const names = fc.constantFrom(...Object.keys(NAMES));
const sequences = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const compressFrom = fc.constantFrom(0, 64, Number.POSITIVE_INFINITY);

/** The result of `work`, or the code of its error. */
function outcome<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
}

const sent = fc
  .record({ type: names, data: anyJson, sequence: sequences, ctx: anyContext, from: compressFrom })
  .map(({ ctx, from, ...message }) => ({
    message,
    carrier: injectContext(ctx),
    codec: frameCodec(NAMES, from),
  }));
const wire = sent.map(({ message, carrier, codec }) => codec.encode(message, carrier) as Buffer);
const read = (bytes: Buffer) => outcome(() => frameCodec(NAMES).decode(bytes));

describe('a message in any frame', () => {
  it('keeps name, data, sequence and context, compressed or not', () => {
    fc.assert(
      fc.property(sent, ({ message, carrier, codec }) => {
        const bytes = codec.encode(message, carrier) as Buffer;
        expect(bytes.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
        expect(codec.decode(bytes)).toEqual({ ...message, carrier: carrier.traceparent ? carrier : {} });
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with the frame error if its name has no frame type', () => {
    fc.assert(
      fc.property(fc.oneof(awkwardNames, fc.string()), (type) => {
        fc.pre(!Object.hasOwn(NAMES, type));
        expect(outcome(() => frameCodec(NAMES).encode({ type, data: 1 }, {}))).toBe('unknown_method');
      }),
    );
  });

  it('is refused for every missing or additional byte', () => {
    fc.assert(
      fc.property(wire, fc.uint8Array({ minLength: 1, maxLength: 4 }), (bytes, more) => {
        const step = Math.max(1, Math.floor(bytes.length / 400));
        for (let length = 0; length < bytes.length; length += step) {
          expect(read(bytes.subarray(0, length))).toBe('truncated');
        }
        expect(read(bytes.subarray(0, -1))).toBe('truncated');
        expect(read(Buffer.concat([bytes, more]))).toBe('trailing_bytes');
      }),
      { numRuns: 20 },
    );
  });

  it('with any single bit flipped is another message, or refused with the frame error', () => {
    fc.assert(
      fc.property(wire, (bytes) => {
        const first = Math.min(bytes.length, 400);
        for (let bit = 0; bit < first * 8; bit += 1) {
          const flipped = Buffer.from(bytes);
          flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const answer = read(flipped);
          // Any change of magic, version or lengths is an error.
          if (bit < 40 || (bit >= 20 * 8 && bit < HEADER_BYTES * 8)) expect(typeof answer).toBe('string');
        }
      }),
      { numRuns: 10 },
    );
  });

  it('with a wrong length of its block is never read beyond the frame, and has no context', () => {
    fc.assert(
      fc.property(wire, fc.nat(0xffff), fc.nat(2 ** 20), (bytes, block, payload) => {
        const lying = Buffer.from(bytes);
        lying.writeUInt16BE(block, 18);
        const isLie = Boolean(bytes.readUInt16BE(6) & FLAG_TRACE) && block !== bytes.readUInt16BE(18);
        if (isLie) expect(['truncated', 'trailing_bytes', 'too_large']).toContain(read(lying));
        // The sum is right and the border is not: the block is not valid JSON, so only the context is lost.
        const moved = Buffer.from(bytes);
        const total = bytes.readUInt16BE(18) + bytes.readUInt32BE(20);
        const length = Math.min(payload % (total + 1), 0xffff);
        moved.writeUInt16BE(length, 18);
        moved.writeUInt32BE(total - length, 20);
        const answer = read(moved);
        if (typeof answer !== 'string' && length !== bytes.readUInt16BE(18))
          expect(answer.carrier).toEqual({});
      }),
      { numRuns: 300 },
    );
  });

  it('with a trace block of any bytes is read without its context', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (block) => {
        const frame = { type: 'request', method: 1, sequence: 1n, compressed: false, batch: false } as const;
        const bytes = encodeFrame({ ...frame, trace: Buffer.from(block), payload: Buffer.from('1') });
        expect(read(bytes)).toEqual({ type: 'ask', data: 1, sequence: 1n, carrier: {} });
      }),
    );
  });

  it('is refused if its payload is flagged as compressed and is not', () => {
    fc.assert(
      fc.property(anyJson, (json) => {
        const plain = frameCodec(NAMES, Number.POSITIVE_INFINITY).encode(
          { type: 'ask', data: json },
          {},
        ) as Buffer;
        plain.writeUInt16BE(FLAG_COMPRESSED, 6);
        expect(read(plain)).toBe('bad_payload');
      }),
    );
  });

  it('is refused if its payload is a decompression bomb', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(deflateSync, zstdCompressSync),
        fc.integer({ min: 1, max: 8 }),
        (pack, times) => {
          const frame = { type: 'request', method: 1, sequence: 7n, compressed: true, batch: false } as const;
          const payload = pack(Buffer.alloc(times * MAX_DECOMPRESSED_BYTES + 1));
          expect(read(encodeFrame({ ...frame, payload }))).toBe('too_large');
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('any bytes', () => {
  const header = fc
    .record({ type: fc.nat(9), flags: fc.nat(0x3f), method: fc.nat(2), block: fc.nat(40), size: fc.nat(40) })
    .chain(({ type, flags, method, block, size }) =>
      fc.uint8Array({ maxLength: 80 }).map((rest) => {
        const bytes = Buffer.alloc(HEADER_BYTES);
        bytes.writeUInt32BE(0x4d435057, 0);
        bytes.writeUInt8(1, 4);
        bytes.writeUInt8(type, 5);
        bytes.writeUInt16BE(flags, 6);
        bytes.writeUInt16BE(method, 16);
        bytes.writeUInt16BE(block, 18);
        bytes.writeUInt32BE(size, 20);
        const total = (flags & 0x20 ? block : 0) + size;
        return Buffer.concat([bytes, rest.length % 2 === 0 ? rest : Buffer.alloc(total, rest)]);
      }),
    );

  it('are a frame of the documented shape, which is written as it was read, or refused with the frame error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          header,
          fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          const frame = outcome(() => decodeFrame(bytes));
          read(bytes);
          if (typeof frame === 'string') return;
          expect(FRAME_TYPES).toContain(frame.type);
          const again = encodeFrame(frame);
          if (frame.trace === undefined) bytes.writeUInt16BE(0, 18);
          // An empty block is written as no block, without the flag.
          if (frame.trace?.length !== 0) expect(again).toEqual(bytes);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
