// For tests: a server that hangs, or is down, while it runs.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A TCP proxy on loopback in front of `target`. */
export async function openProxy(target: NetConnectOpts) {
  const directions = new Map<Socket, Socket>();
  let isHanging = false;
  const server = createServer((client) => {
    const upstream = connect(target);
    join(client, upstream);
    join(upstream, client);
  });

  function join(from: Socket, to: Socket): void {
    directions.set(from, to);
    if (!isHanging) from.pipe(to);
    // `close` follows.
    from.on('error', () => undefined);
    from.on('close', () => {
      directions.delete(from);
      to.destroy();
    });
  }

  async function open(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const port = await open(0);

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const from of directions.keys()) from.destroy();
    await closed;
  }

  return {
    port,
    /** Forwards nothing, and keeps connections open. */
    hang() {
      isHanging = true;
      for (const from of directions.keys()) from.unpipe();
    },
    /** Forwards again, also what arrived meanwhile. */
    resume() {
      isHanging = false;
      for (const [from, to] of directions) from.pipe(to);
    },
    /** Breaks all connections and refuses new ones. */
    close,
    /** Accepts connections again, on the same port. */
    reopen: () => open(port),
    [Symbol.asyncDispose]: close,
  };
}
