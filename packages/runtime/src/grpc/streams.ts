// What both ends of a stream share: writing with regard for the reader's pace, and reading as an async iterable. Iterables
// carry no context of their own: each loop over one runs, message by message, in the context in which the loop stands.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Writes each message and waits where the other side is slower. Rejects when `signal` aborts or the source throws. */
export async function pour<T>(
  source: AsyncIterable<T> | Iterable<T>,
  sink: Writable,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of source) {
    signal.throwIfAborted();
    await write(sink, message, signal);
  }
}

/** Writes one message; resolves when the next may follow. */
export async function write(sink: Writable, message: unknown, signal: AbortSignal): Promise<void> {
  if (!sink.write(message)) await once(sink, 'drain', { signal });
}

/** The messages of a call. Leaving the loop early does not close the stream: it is also the way back to the caller. */
export function read<T>(source: Readable): AsyncIterable<T> {
  return source.iterator({ destroyOnReturn: false });
}
