// The end of a child's log: what a person needs to see when that child died.
import { open } from 'node:fs/promises';

const LINES = 50;
const LONGEST_TAIL = 64 * 1024;

/** The last 50 lines of a log file; of a huge file no more than its last 64 kB are read. */
export async function lastLines(file: string): Promise<string[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, LONGEST_TAIL);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-LINES);
  } finally {
    await handle.close();
  }
}
