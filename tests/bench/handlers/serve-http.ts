import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inMemoryCaller, serveBatches } from '../batches.ts';
import type { Caller } from '../callers.ts';
import { KEEP_OPEN } from '../child.ts';

/** Listens on a free port of loopback and reports it to the benchmark. `open` opens what the process calls itself with. */
export async function serveHttp(
  app: RequestListener,
  open?: (port: number) => Promise<Caller>,
): Promise<void> {
  const server = createServer({ keepAliveTimeout: KEEP_OPEN }, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  serveBatches(port, () => open?.(port) ?? inMemoryCaller(server));
}
