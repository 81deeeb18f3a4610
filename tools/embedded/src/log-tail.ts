import { open } from 'node:fs/promises';

const LINES = 50;
const MAX_BYTES = 64 * 1024;

/** The last 50 lines of a log file, from its last 64 KiB. */
export async function lastLines(file: string): Promise<string[]> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const length = Math.min(size, MAX_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8').trimEnd().split('\n').slice(-LINES);
}
