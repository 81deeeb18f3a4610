// HTTP/1.1 and cleartext HTTP/2 on one port, distinguished by HTTP/2's connection preface (RFC 9113, section 3.4): the AWS SDK's
// Bedrock client uses HTTP/2 by default; browsers, curl and fetch use HTTP/1.1.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Request, Response } from './exchange.ts';

type App = (req: Request, res: Response) => void;

/** Enough of `PRI * HTTP/2.0` to distinguish it from `POST`, `PUT` and `PATCH`. */
const PREFACE = Buffer.from('PRI');

export interface Listening {
  readonly url: string;
  /** Destroys the open connections, without a drain: a hanging call would never end. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves `app` on host and port. Rejects with the address and the fix if the port is taken. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  const http1 = http.createServer(app);
  // Node's compatibility API gives HTTP/2 exchanges the shape of HTTP/1.1's, though not the type.
  const h2c = http2.createServer(app as unknown as Parameters<typeof http2.createServer>[1]);
  const open = new Set<Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    void isHttp2(socket).then((yes) => (yes ? h2c : http1).emit('connection', socket));
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    const message = `port ${port} on ${host} is taken (stop the process that listens there, or set another PORT)`;
    throw new Error(message, { cause });
  }

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function isHttp2(socket: Socket): Promise<boolean> {
  let seen = Buffer.alloc(0);
  while (seen.length < PREFACE.length && PREFACE.subarray(0, seen.length).equals(seen)) {
    await new Promise((resolve) => socket.once('readable', resolve).once('end', resolve));
    const chunk: Buffer | null = socket.read();
    if (chunk === null) break;
    seen = Buffer.concat([seen, chunk]);
  }
  socket.unshift(seen);
  return seen.subarray(0, PREFACE.length).equals(PREFACE);
}
