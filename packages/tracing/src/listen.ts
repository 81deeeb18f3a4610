// A server that listens, as a resource: disposing it stops accepting, ends idle connections and waits for the rest.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
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

/** Listens with `app` (an express application or any request listener). Throws a plain sentence for a taken port. */
export async function listen(app: RequestListener, options: ListenOptions): Promise<ListeningServer> {
  const server = createServer(app);
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
      await closed;
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
