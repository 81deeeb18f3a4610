// Cancels calls of the 2025 era over HTTP. There a call and its `notifications/cancelled` are two requests, each with
// its own server. The session id that `initialize` returns connects them. Nothing is stored under it, so any instance
// serves any session; a cancellation for a call that this one does not have is passed on to the others.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type McpHttpHandler,
  type McpServer,
  type Transport,
} from '@modelcontextprotocol/server';
import { cancelledRequest, type MessageHooks, wrapTransport } from '@trace-mesh/tracing/mcp-server';
import { type Cancellations, NO_OTHERS } from './cancellations.ts';

const SESSION_HEADER = 'mcp-session-id';

type Fetch = McpHttpHandler['fetch'];
type Cancel = (cancellation: JSONRPCMessage) => void;

export class LegacyCalls {
  readonly #inFlight = new Map<string, Cancel>();
  readonly #exchanges = new Set<Transport>();
  readonly #exchange = new AsyncLocalStorage<{ initialized: boolean }>();

  readonly #others: Cancellations;

  constructor(others: Cancellations = NO_OTHERS) {
    this.#others = others;
    others.onReceived((call, message) => this.#inFlight.get(call)?.(message));
  }

  /** How many calls a cancellation could reach. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** `fetch` whose responses to `initialize` have a session id. */
  withSessions(fetch: Fetch): Fetch {
    return async (...args) => {
      const exchange = { initialized: false };
      const response = await this.#exchange.run(exchange, () => fetch(...args));
      if (exchange.initialized && response.ok) response.headers.set(SESSION_HEADER, randomUUID());
      return response;
    };
  }

  /** Tracks the calls of the one exchange that `server` serves. Call it after every other wrapper but `countBatch`. */
  follow(server: McpServer, tenantId: string): McpServer {
    return wrapTransport(server, (transport) => this.#hooksFor(transport, tenantId));
  }

  /** Closes every exchange, for shutdown: the SDK's handler closes those of the modern era only. */
  async close(): Promise<void> {
    await Promise.all([...this.#exchanges].map((transport) => transport.close()));
  }

  #hooksFor(transport: Transport, tenantId: string): MessageHooks {
    const open = new Map<string | number, string>();
    const forget = (id: string | number) => {
      this.#inFlight.delete(open.get(id) ?? '');
      open.delete(id);
    };

    this.#exchanges.add(transport);
    return {
      received: (message, next, extra) => {
        if (isInitializeRequest(message)) this.#noteInitialize();
        const session = extra?.request?.headers.get(SESSION_HEADER);
        if (!session) return next();
        const keyOf = (id: string | number) => JSON.stringify([tenantId, session, id]);
        const cancelled = cancelledRequest(message);
        if (cancelled !== undefined) return this.#cancel(keyOf(cancelled), message);
        if (isJSONRPCRequest(message)) {
          const { id } = message;
          open.set(id, keyOf(id));
          this.#inFlight.set(keyOf(id), (cancellation) => {
            forget(id);
            next(cancellation);
            // A cancelled call has no response, so its stream would stay open.
            if (open.size === 0) void transport.close();
          });
        }
        next();
      },
      sent: (message, next) => {
        const isResponse = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
        if (isResponse && message.id !== undefined) forget(message.id);
        return next();
      },
      closed: () => {
        for (const id of [...open.keys()]) forget(id);
        this.#exchanges.delete(transport);
      },
    };
  }

  #cancel(call: string, message: JSONRPCMessage): void {
    const cancel = this.#inFlight.get(call);
    if (cancel) cancel(message);
    else void this.#others.announce(call, message);
  }

  #noteInitialize(): void {
    const exchange = this.#exchange.getStore();
    if (exchange) exchange.initialized = true;
  }
}
