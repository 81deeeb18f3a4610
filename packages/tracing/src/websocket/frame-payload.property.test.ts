import { deflateSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameError } from './frame.ts';
import { compress, decompress, MAX_DECOMPRESSED_BYTES } from './frame-payload.ts';

/** The bytes, or the code of the error. */
function outcome(work: () => Buffer): Buffer | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
}

describe('any compressed payload', () => {
  const packers = fc.constantFrom(deflateSync, zstdCompressSync);

  it('is the same after decompression, with each algorithm', () => {
    fc.assert(
      fc.property(packers, fc.uint8Array({ maxLength: 2_000 }), (pack, bytes) => {
        expect(decompress(pack(bytes))).toEqual(Buffer.from(bytes));
        expect(decompress(compress(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('never exceeds the limit: a bomb is refused as too large, also in a frame', () => {
    fc.assert(
      fc.property(
        packers,
        fc.integer({ min: -3, max: 3 }),
        fc.constantFrom(1, 1, 2, 40),
        (pack, around, times) => {
          const size = MAX_DECOMPRESSED_BYTES * (around <= 0 ? 1 : times) + around;
          const payload = pack(Buffer.alloc(size));
          const answer = outcome(() => decompress(payload, 7n));
          if (size > MAX_DECOMPRESSED_BYTES) expect(answer).toBe('too_large');
          else expect(answer).toHaveLength(size);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that is truncated anywhere is refused', () => {
    fc.assert(
      fc.property(packers, fc.uint8Array({ minLength: 1, maxLength: 100 }), (pack, bytes) => {
        const packed = pack(bytes);
        for (let length = 0; length < packed.length; length += 1) {
          expect(outcome(() => decompress(packed.subarray(0, length)))).toBe('bad_payload');
        }
      }),
      { numRuns: 50 },
    );
  });

  it('with any bit flipped is refused, or within the limit', () => {
    fc.assert(
      fc.property(packers, fc.uint8Array({ minLength: 1, maxLength: 100 }), (pack, bytes) => {
        const packed = pack(bytes);
        for (let bit = 0; bit < packed.length * 8; bit += 1) {
          const flipped = Buffer.from(packed);
          flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const answer = outcome(() => decompress(flipped));
          expect(answer.length).toBeLessThanOrEqual(MAX_DECOMPRESSED_BYTES);
        }
      }),
      { numRuns: 10 },
    );
  });
});
