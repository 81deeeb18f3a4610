import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeFrame,
  encodeFrame,
  FRAME_TYPES,
  type Frame,
  FrameError,
  type FrameErrorCode,
  HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_TRACE_BLOCK_BYTES,
} from './frame.ts';

const frame: Frame = {
  type: 'request',
  method: 6,
  sequence: 0x0102030405060708n,
  compressed: false,
  batch: false,
  trace: Buffer.from('{"a":1}'),
  payload: Buffer.from('{"taskId":"x"}'),
};
const VECTOR = [
  '4d435057', // MCPW
  '01', // version
  '00', // request
  '0020', // flags: trace block
  '0102030405060708', // sequence
  '0006', // event.subscribe
  '0007', // reserved: the trace block's length
  '0000000e', // payload size
  Buffer.from('{"a":1}{"taskId":"x"}').toString('hex'),
].join('');

const anyFrame = fc
  .record({
    type: fc.constantFrom(...FRAME_TYPES),
    method: fc.nat(0xffff),
    sequence: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    compressed: fc.boolean(),
    batch: fc.boolean(),
    trace: fc.uint8Array({ maxLength: 100 }),
    payload: fc.uint8Array({ maxLength: 300 }),
  })
  .map(({ trace, payload, ...rest }): Frame => {
    return { ...rest, ...(trace.length > 0 && { trace: Buffer.from(trace) }), payload: Buffer.from(payload) };
  });

function codeOf(bytes: Buffer): FrameErrorCode | 'no error' {
  try {
    decodeFrame(bytes);
    return 'no error';
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
}

describe('the MCPW frame', () => {
  it('is written and read in the protocol’s layout', () => {
    expect(encodeFrame(frame).toString('hex')).toBe(VECTOR);
    expect(decodeFrame(Buffer.from(VECTOR, 'hex'))).toEqual(frame);
  });

  it('has no block, no flag and 0 in `reserved` without a trace', () => {
    const { trace: _, ...plain } = frame;
    const bytes = encodeFrame(plain);
    expect(bytes.subarray(0, HEADER_BYTES).toString('hex')).toBe(
      '4d435057010000000102030405060708000600000000000e',
    );
    expect(decodeFrame(bytes)).toEqual(plain);
  });

  it('is read from an old peer with a value in `reserved` and no flag', () => {
    const { trace: _, ...plain } = frame;
    const bytes = encodeFrame(plain);
    bytes.writeUInt16BE(0xffff, 18);
    expect(decodeFrame(bytes)).toEqual(plain);
  });

  it('is the same after writing and reading', () => {
    fc.assert(fc.property(anyFrame, (sent) => void expect(decodeFrame(encodeFrame(sent))).toEqual(sent)));
  });

  it.each<[FrameErrorCode, number, string]>([
    ['bad_magic', 0, '00'],
    ['bad_version', 4, '02'],
    ['bad_type', 5, '08'],
    ['unknown_flags', 6, '8000'],
    ['unknown_flags', 6, '0008'],
    ['encrypted', 6, '0002'],
    ['too_large', 20, '00100001'],
    ['trailing_bytes', 20, '0000000d'],
    ['truncated', 20, '0000000f'],
    ['truncated', 18, '0008'],
    ['too_large', 18, 'ffff'],
  ])('is refused as %s with byte %i set to %s', (code, at, hex) => {
    const bytes = Buffer.from(VECTOR, 'hex');
    bytes.set(Buffer.from(hex, 'hex'), at);
    expect(codeOf(bytes)).toBe(code);
  });

  it('is refused as truncated wherever it ends too early', () => {
    const bytes = Buffer.from(VECTOR, 'hex');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(codeOf(bytes.subarray(0, length))).toBe('truncated');
    }
  });

  it('is refused only with its own error for flipped bits and random bytes', () => {
    const flip = fc.tuple(fc.nat(VECTOR.length / 2 - 1), fc.nat(7));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const bytes = Buffer.from(VECTOR, 'hex');
        for (const [at, bit] of flips) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        codeOf(bytes);
      }),
      { numRuns: 1_000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void codeOf(Buffer.from(bytes))));
  });

  it('accepts a payload and a trace block up to their limits, and writes none beyond', () => {
    const payload = Buffer.alloc(MAX_PAYLOAD_BYTES);
    const trace = Buffer.alloc(MAX_TRACE_BLOCK_BYTES);
    expect(decodeFrame(encodeFrame({ ...frame, trace, payload }))).toMatchObject({
      sequence: frame.sequence,
    });
    expect(() => encodeFrame({ ...frame, payload: Buffer.alloc(MAX_PAYLOAD_BYTES + 1) })).toThrow(FrameError);
    expect(() => encodeFrame({ ...frame, trace: Buffer.alloc(MAX_TRACE_BLOCK_BYTES + 1) })).toThrow(
      FrameError,
    );
  });

  it('names its sequence in the error, if that could be read', () => {
    const bytes = Buffer.from(VECTOR, 'hex');
    bytes[5] = 99;
    expect(() => decodeFrame(bytes)).toThrow(expect.objectContaining({ sequence: frame.sequence }));
  });
});
