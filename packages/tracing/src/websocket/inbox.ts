// The messages of one socket, from the first on. `ws` drops what arrives while nothing listens, and a peer may send in the
// same packet as its handshake: every message is taken here, and waits in order until the connection has a handler.
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import pLimit from 'p-limit';
import type { RawData, WebSocket } from 'ws';

/**
 * How many messages of one connection may wait for the first handler or be processed, together. Beyond that the socket is
 * paused, so TCP makes the sender wait; only what one read had already fetched is queued on top.
 */
export const MAX_MESSAGES_IN_FLIGHT = 32;

export interface MessageHandler {
  onMessage(bytes: Buffer, isBinary: boolean): Promise<void>;
  /** Receives an error of the socket itself, such as an invalid frame. */
  onError(error: Error): void;
}

/** Takes the messages of a socket from the moment it is created, and gives them to its handlers. */
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
      // Resumes only what was paused here: the owner of the socket may have paused it for reasons of its own.
      if (!isFull || inFlight.pendingCount > 0) return;
      isFull = false;
      socket.resume();
    };

    // A listener runs in whichever context the socket emits; a message starts from the root.
    socket.on('message', (raw, isBinary) => void context.with(ROOT_CONTEXT, take, undefined, raw, isBinary));
    socket.on('error', (error) => {
      // Without any listener an invalid frame would end the process. An application's own listener has precedence.
      if (socket.listenerCount('error') === 1) void this.#fail(error);
    });
  }

  /** The first handler receives what has arrived so far; every handler receives what arrives from then on. */
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
