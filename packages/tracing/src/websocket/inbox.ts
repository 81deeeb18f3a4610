// The messages of one socket, from the first on. `ws` drops messages while there is no listener, and a peer may send some in
// the packet of its handshake: messages are queued here, in order, until the connection has a handler.
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import pLimit from 'p-limit';
import type { RawData, WebSocket } from 'ws';

/**
 * How many messages of one connection may wait for the first handler or be processed, together. Beyond that the socket is
 * paused, so TCP makes the sender wait; only messages of the same read are queued on top.
 */
export const MAX_MESSAGES_IN_FLIGHT = 32;

export interface MessageHandler {
  onMessage(bytes: Buffer, isBinary: boolean): Promise<void>;
  /** Receives an error of the socket itself, such as an invalid frame. */
  onError(error: Error): void;
}

/** Receives the messages of a new socket and passes them to its handlers. */
export class Inbox {
  readonly #handlers: MessageHandler[] = [];
  readonly #firstHandler = Promise.withResolvers<void>();

  constructor(socket: WebSocket, maxInFlight: number = MAX_MESSAGES_IN_FLIGHT) {
    const inFlight = pLimit(maxInFlight);
    let isFull = false;

    const take = async (raw: RawData, isBinary: boolean): Promise<void> => {
      const processed = inFlight(() => this.#process(bytesOf(raw), isBinary));
      if (inFlight.pendingCount > 0) {
        isFull = true;
        socket.pause();
      }
      await processed;
      // Resumes only after its own pause: the owner of the socket may have paused it as well.
      if (!isFull || inFlight.pendingCount > 0) return;
      isFull = false;
      socket.resume();
    };

    // The socket may emit in any context; a message starts from the root.
    socket.on('message', (raw, isBinary) => void context.with(ROOT_CONTEXT, take, undefined, raw, isBinary));
    socket.on('error', (error) => {
      // Without a listener an invalid frame would end the process. The application's own listener has precedence.
      if (socket.listenerCount('error') === 1) void this.#fail(error);
    });
  }

  /** The first handler also receives the queued messages; every handler receives those that follow. */
  add(handler: MessageHandler): void {
    this.#handlers.push(handler);
    this.#firstHandler.resolve();
  }

  async #process(bytes: Buffer, isBinary: boolean): Promise<void> {
    await this.#firstHandler.promise;
    await Promise.all(this.#handlers.map((handler) => handler.onMessage(bytes, isBinary)));
  }

  async #fail(error: Error): Promise<void> {
    await this.#firstHandler.promise;
    for (const handler of this.#handlers) handler.onError(error);
  }
}

export function bytesOf(raw: RawData): Buffer {
  if (Array.isArray(raw)) return Buffer.concat(raw);
  return Buffer.isBuffer(raw) ? raw : Buffer.from(raw);
}
