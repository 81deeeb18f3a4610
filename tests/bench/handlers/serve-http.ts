import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveMeasured } from '../measured.ts';

/** Listens on a free port of loopback and reports it to the benchmark. */
export async function serveHttp(app: RequestListener): Promise<void> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  serveMeasured((server.address() as AddressInfo).port);
}
