import { deflateSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FrameError } from './frame.ts';
import { compress, decompress, MAX_DECOMPRESSED_BYTES } from './frame-payload.ts';

const text = Buffer.from('the same again, '.repeat(200));

describe('frame payloads', () => {
  it('are smaller when compressed, and the same when decompressed', () => {
    const small = compress(text);
    expect(small.length).toBeLessThan(text.length / 10);
    expect(decompress(small)).toEqual(text);
  });

  it('are read from peers that write Zstandard', () => {
    expect(decompress(zstdCompressSync(text))).toEqual(text);
  });

  it.each([
    ['zlib', deflateSync],
    ['zstd', zstdCompressSync],
  ])('never grow beyond the limit, by %s', (_name, pack) => {
    const atLimit = Buffer.alloc(MAX_DECOMPRESSED_BYTES);
    expect(decompress(pack(atLimit))).toHaveLength(MAX_DECOMPRESSED_BYTES);
    const bomb = pack(Buffer.alloc(64 * MAX_DECOMPRESSED_BYTES));
    expect(() => decompress(bomb, 3n)).toThrow(expect.objectContaining({ code: 'too_large', sequence: 3n }));
  });

  it('that are not compressed data are refused with the documented error', () => {
    for (const garbage of [Buffer.alloc(0), Buffer.from('text'), Buffer.from('28b52ffd00', 'hex')]) {
      expect(() => decompress(garbage)).toThrow(FrameError);
    }
    const cut = compress(text);
    for (let length = 0; length < cut.length; length += 1) {
      expect(() => decompress(cut.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'bad_payload' }),
      );
    }
  });
});
