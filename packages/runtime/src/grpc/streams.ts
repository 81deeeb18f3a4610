// Reading and writing streams, for client and server. An iterable carries no context: each loop over one runs in the context
// that is active around the loop.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Writes each message and waits for a slower reader. Rejects when `signal` aborts or the source throws. */
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

/** Writes one message; resolves when the next may be written. */
export async function write(sink: Writable, message: unknown, signal: AbortSignal): Promise<void> {
  if (!sink.write(message)) await once(sink, 'drain', { signal });
}

/** The messages of a call. Leaving the loop keeps the stream open, since a response may still be sent on it. */
export function read<T>(source: Readable): AsyncIterable<T> {
  return source.iterator({ destroyOnReturn: false });
}
