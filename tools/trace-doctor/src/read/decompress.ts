// Files that are compressed, recognized by their first bytes.
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { InputError } from './input-error.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const startsWith = (bytes: Buffer, magic: Buffer) => bytes.subarray(0, magic.length).equals(magic);

/** The content of gzip or Zstandard; other bytes as they are. @throws InputError when it is damaged */
export function decompress(bytes: Buffer, from: string): Buffer {
  try {
    if (startsWith(bytes, GZIP)) return gunzipSync(bytes);
    if (startsWith(bytes, ZSTD)) return zstdDecompressSync(bytes);
    return bytes;
  } catch (error) {
    throw new InputError(
      `${from}: cannot be decompressed: ${(error as Error).message} (copy the file again)`,
      {
        cause: error,
      },
    );
  }
}
