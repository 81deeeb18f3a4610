import { addAbortListener } from 'node:events';
import type { RawData, WebSocket } from 'ws';
import type { Codec, DecodedMessage } from './codec.ts';
import { bytesOf } from './inbox.ts';

/** The first message of a socket; undefined if it cannot be read, or if the socket closes or `signal` aborts before it. */
export async function firstMessage(
  socket: WebSocket,
  codec: Codec,
  signal: AbortSignal,
): Promise<DecodedMessage | undefined> {
  const first = Promise.withResolvers<DecodedMessage | undefined>();
  const read = (raw: RawData, isBinary: boolean) =>
    first.resolve(decodeIfValid(codec, bytesOf(raw), isBinary));
  const end = () => first.resolve(undefined);
  socket.once('message', read).once('close', end);
  using _ = addAbortListener(signal, end);
  try {
    return await first.promise;
  } finally {
    socket.off('message', read).off('close', end);
  }
}

/** `onMessage` decodes the message again and reports the error. */
function decodeIfValid(codec: Codec, bytes: Buffer, isBinary: boolean): DecodedMessage | undefined {
  try {
    return codec.decode(bytes, isBinary);
  } catch {
    return undefined;
  }
}
