// Compression of frame payloads. The protocol has one flag and names no algorithm, so the reader detects it by the first
// bytes: zlib (which is written) or Zstandard.
import { deflateSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { FrameError } from './frame.ts';

/** Payloads from this size on are compressed, in bytes. */
export const COMPRESS_FROM_BYTES = 256;
/** The largest payload after decompression, in bytes. */
export const MAX_DECOMPRESSED_BYTES = 1024 * 1024;

const ZSTD_MAGIC = 0xfd2fb528;

/** The payload as zlib data. */
export function compress(payload: Buffer): Buffer {
  return deflateSync(payload);
}

/**
 * Throws a `FrameError`: `too_large` beyond `MAX_DECOMPRESSED_BYTES`, `bad_payload` for data that is not compressed. (Node 22
 * accepts truncated Zstandard data; the result is then not valid JSON.)
 */
export function decompress(payload: Buffer, sequence?: bigint): Buffer {
  const limit = { maxOutputLength: MAX_DECOMPRESSED_BYTES };
  const isZstd = payload.length >= 4 && payload.readUInt32LE(0) === ZSTD_MAGIC;
  try {
    return isZstd ? zstdDecompressSync(payload, limit) : inflateSync(payload, limit);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new FrameError('too_large', 'the payload is too large once decompressed', sequence);
    }
    throw new FrameError('bad_payload', 'the payload could not be decompressed', sequence);
  }
}
