// Sends every message of the hub, so a client that stops reading costs bounded memory. It resumes from the task's log.
import { type Connection, type SendOptions, sendMessage } from '@trace-mesh/tracing/websocket';

/** How many bytes may wait for one client; a client with more is dropped. */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
/** How long a dropped client has to read the close frame, in ms, before its socket is destroyed. */
const SLOW_CLOSE_MS = 2_000;
/** RFC 6455's registry: "try again later". */
export const CLOSE_SLOW = 1013;

/** The client was dropped: it did not read what was sent to it. */
export class SlowConsumerError extends Error {
  override name = 'SlowConsumerError';
}

/** Sends one message, or rejects with a `SlowConsumerError` and closes the connection (1013) when the client lags. */
export async function push(
  connection: Connection,
  type: string,
  data: unknown,
  options: SendOptions = {},
): Promise<void> {
  if (connection.socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    dropSlow(connection);
    throw new SlowConsumerError('the client does not read its messages');
  }
  await sendMessage(connection, type, data, options);
}

/** Closes with 1013, and terminates a client that does not read that within `SLOW_CLOSE_MS`. */
export function dropSlow({ socket }: Connection): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(CLOSE_SLOW, 'too slow: subscribe again after the last event received');
  const timer = setTimeout(() => socket.terminate(), SLOW_CLOSE_MS);
  socket.once('close', () => clearTimeout(timer));
}
