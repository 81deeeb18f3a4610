// A trace store, as far as the doctor requests it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers each path by its body (a string, or JSON); 404 for another. */
export async function startServer(bodies: Record<string, unknown>) {
  const requested: { path: string; search: URLSearchParams; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    const { pathname: path, searchParams: search } = new URL(url, 'http://tempo');
    requested.push({ path, search, headers });
    const body = bodies[path];
    if (body === undefined) response.writeHead(404).end('404 page not found');
    else response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requested,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
