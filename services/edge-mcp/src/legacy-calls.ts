// Cancelling a call of the 2025 protocol over HTTP. There the call and its `notifications/cancelled` are two requests, and
// each gets a server of its own: what joins them is the session id that `initialize` hands out. It is a name and nothing
// more: no state hangs on it, no decision but this one, and any instance serves any session.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type McpHttpHandler,
  type McpServer,
  type Transport,
} from '@modelcontextprotocol/server';

const SESSION_HEADER = 'mcp-session-id';

type Fetch = McpHttpHandler['fetch'];
type Cancel = (message: JSONRPCMessage) => void;

export class LegacyCalls {
  readonly #inFlight = new Map<string, Cancel>();
  readonly #exchanges = new Set<Transport>();
  readonly #exchange = new AsyncLocalStorage<{ initialized: boolean }>();

  /** The calls that a cancellation could still reach. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** `fetch` whose answers to `initialize` name a session. */
  handingOutSessions(fetch: Fetch): Fetch {
    return async (...args) => {
      const exchange = { initialized: false };
      const response = await this.#exchange.run(exchange, () => fetch(...args));
      if (exchange.initialized && response.ok) response.headers.set(SESSION_HEADER, randomUUID());
      return response;
    };
  }

  /** Follows the one exchange that `server` will serve; call it last, so that it stands outside all other wrappers. */
  follow(server: McpServer, tenantId: string): McpServer {
    const connect = server.server.connect.bind(server.server);
    server.server.connect = async (transport: Transport) => {
      await connect(transport);
      this.#followTransport(transport, tenantId);
    };
    return server;
  }

  /** Cuts every call short: for shutdown, since the SDK's handler closes those of the modern era alone. */
  async close(): Promise<void> {
    await Promise.all([...this.#exchanges].map((transport) => transport.close()));
  }

  #followTransport(transport: Transport, tenantId: string): void {
    const { onmessage, onclose } = transport;
    const send = transport.send.bind(transport);
    const open = new Map<string | number, string>();
    const forget = (id: string | number) => {
      this.#inFlight.delete(open.get(id) ?? '');
      open.delete(id);
    };

    this.#exchanges.add(transport);
    transport.onmessage = (message, extra) => {
      if (isInitializeRequest(message)) this.#noteInitialize();
      const session = extra?.request?.headers.get(SESSION_HEADER);
      if (!session) return onmessage?.(message, extra);
      const keyOf = (id: string | number) => JSON.stringify([tenantId, session, id]);
      const cancelled = cancelledId(message);
      if (cancelled !== undefined) return this.#inFlight.get(keyOf(cancelled))?.(message);
      if (isJSONRPCRequest(message)) {
        const { id } = message;
        open.set(id, keyOf(id));
        this.#inFlight.set(keyOf(id), (cancellation) => {
          forget(id);
          onmessage?.(cancellation);
          // A cancelled call is never answered, so its stream would stay open for good.
          if (open.size === 0) void transport.close();
        });
      }
      return onmessage?.(message, extra);
    };
    transport.send = (message, options) => {
      const response = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
      if (response && message.id !== undefined) forget(message.id);
      return send(message, options);
    };
    transport.onclose = () => {
      for (const id of [...open.keys()]) forget(id);
      this.#exchanges.delete(transport);
      onclose?.();
    };
  }

  #noteInitialize(): void {
    const exchange = this.#exchange.getStore();
    if (exchange) exchange.initialized = true;
  }
}

function cancelledId(message: JSONRPCMessage): string | number | undefined {
  if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return undefined;
  return (message.params as { requestId?: string | number } | undefined)?.requestId;
}
