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

/** A small generator with a seed, so that a failure can be run again: xorshift32. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

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
  it('is written and read as the protocol lays it out', () => {
    expect(encodeFrame(frame).toString('hex')).toBe(VECTOR);
    expect(decodeFrame(Buffer.from(VECTOR, 'hex'))).toEqual(frame);
  });

  it('has no block, no flag and 0 in `reserved` where there is no trace', () => {
    const { trace: _, ...plain } = frame;
    const bytes = encodeFrame(plain);
    expect(bytes.subarray(0, HEADER_BYTES).toString('hex')).toBe(
      '4d435057010000000102030405060708000600000000000e',
    );
    expect(decodeFrame(bytes)).toEqual(plain);
  });

  it('is read from an old peer that left something in `reserved` without the flag', () => {
    const { trace: _, ...plain } = frame;
    const bytes = encodeFrame(plain);
    bytes.writeUInt16BE(0xffff, 18);
    expect(decodeFrame(bytes)).toEqual(plain);
  });

  it('comes back as it went, whatever it holds', () => {
    const next = random(42);
    const bytes = (max: number) => Buffer.from(Array.from({ length: next(max) }, () => next(256)));
    for (let run = 0; run < 300; run += 1) {
      const trace = bytes(100);
      const sent: Frame = {
        type: FRAME_TYPES[next(FRAME_TYPES.length)] ?? 'request',
        method: next(0x10000),
        sequence: (BigInt(next(0xffffffff)) << 32n) | BigInt(next(0xffffffff)),
        compressed: next(2) === 1,
        batch: next(2) === 1,
        ...(trace.length > 0 && { trace }),
        payload: bytes(300),
      };
      expect(decodeFrame(encodeFrame(sent))).toEqual(sent);
    }
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

  it('throws nothing but its own error for flipped bits and for noise', () => {
    const next = random(7);
    for (let run = 0; run < 2_000; run += 1) {
      const bytes = Buffer.from(VECTOR, 'hex');
      for (let flips = next(4); flips >= 0; flips -= 1) {
        const at = next(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8));
      }
      codeOf(bytes);
      codeOf(Buffer.from(Array.from({ length: next(80) }, () => next(256))));
    }
  });

  it('takes a payload and a trace block up to their limits, and writes none beyond', () => {
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

  it('names the offending frame in its error, where it could be read', () => {
    const bytes = Buffer.from(VECTOR, 'hex');
    bytes[5] = 99;
    expect(() => decodeFrame(bytes)).toThrow(expect.objectContaining({ sequence: frame.sequence }));
  });
});
