// A server that listens, as a resource: disposing it stops accepting, ends idle connections and waits for the rest, a while.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  host: string;
  /** 0 lets the system choose; read the chosen one from `port`. */
  port: number;
}

/** A server that listens on `port`; disposing it stops it. */
export interface ListeningServer extends AsyncDisposable {
  server: Server;
  port: number;
}

/** The most bytes of a request's headers, all together; more is answered 431 by Node itself, before any code of ours. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** How long a request's headers may take to arrive, in ms, and all of the request; then 408, and the connection closes. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_ARRIVAL_TIMEOUT_MS = 60_000;

/** How long requests in hand have to end when a server is disposed, in ms; then their connections are cut, which ends their work. */
export const DRAIN_MS = 5_000;

const LIMITS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_ARRIVAL_TIMEOUT_MS,
};

/** Listens with `app` (an express application or any request listener). Throws a plain sentence for a taken port. */
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

/** Turns EADDRINUSE and its kin into a sentence that names the address and the mend. */
export function explainListenError(error: unknown, { host, port }: ListenOptions): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${port} on ${host} is taken: stop what listens there or set another port`, {
      cause: error,
    });
  }
  return new Error(`cannot listen on ${host}:${port}: ${(error as Error).message}`, { cause: error });
}
