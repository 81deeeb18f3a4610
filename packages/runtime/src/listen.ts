// An HTTP server as a resource: disposing it stops accepting, ends idle connections and waits for the others.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  host: string;
  /** 0 lets the system choose; read the chosen one from `port`. */
  port: number;
}

export interface ListeningServer extends AsyncDisposable {
  server: Server;
  port: number;
}

/** The most bytes of all headers of a request; Node answers 431 to more. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** How long the headers of a request, and a whole request, may take to arrive, in ms; then Node answers 408 and closes. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_ARRIVAL_TIMEOUT_MS = 60_000;
/**
 * How long an idle connection is kept, in ms. With Node's default of 5 s, a client that pauses as long sends its next request in the
 * moment in which the connection is closed, and that request fails with UND_ERR_SOCKET or ECONNRESET.
 */
export const KEEP_ALIVE_MS = 60_000;

/** How long active requests may take when a server is disposed, in ms; then their connections are closed, which aborts their work. */
export const DRAIN_MS = 5_000;

const LIMITS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_ARRIVAL_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
};

/** Listens with `app`, an express application or any request listener. Rejects with the address and the fix for a taken port. */
export async function listen(
  app: RequestListener,
  { limits, drainMs = DRAIN_MS, ...options }: ListenOptions & { limits?: ServerOptions; drainMs?: number },
): Promise<ListeningServer> {
  const server = createServer({ ...LIMITS, ...limits }, app);
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explainListenError(error, options);
  }
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const overdue = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(overdue);
    },
  };
}

/** An error of `listen` with the address, and for EADDRINUSE with the fix. */
export function explainListenError(error: unknown, { host, port }: ListenOptions): Error {
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is taken (stop the process that listens there, or set another port)`;
    return new Error(message, { cause: error });
  }
  return new Error(`cannot listen on ${host}:${port}: ${(error as Error).message}`, { cause: error });
}
