// A lab on its own port.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLab, type Lab, type LabOptions } from './server.ts';

export interface OpenLab extends AsyncDisposable {
  lab: Lab;
  url: string;
}

/** Listens on loopback, on `port` or one that the system assigns. */
export async function openLab({
  port = 0,
  ...options
}: LabOptions & { port?: number } = {}): Promise<OpenLab> {
  const server = createServer((_request, response) => void response.writeHead(404).end());
  const lab = createLab(options);
  lab.attach(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return {
    lab,
    url: `ws://127.0.0.1:${bound.port}/lab`,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
