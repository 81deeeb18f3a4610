// The mesh's processes connect to the lab with a WebSocket. Pages of other origins could too, and are refused.
import type { Server } from 'node:http';
import { HostError } from '@trace-mesh/access/errors';
import { checkHosts } from '@trace-mesh/access/hosts';
import type { Lab } from '@trace-mesh/faults/server';

export const LAB_PATH = '/lab';

/** Accepts WebSockets on the lab's path from `allowed` hosts and origins; closes all other upgrades. */
export function attachLab(server: Server, lab: Pick<Lab, 'attach'>, allowed: readonly string[]): void {
  server.on('upgrade', (request, socket) => {
    try {
      if (request.url !== LAB_PATH) throw new HostError('no WebSocket on this path');
      checkHosts(request.headers, allowed);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      socket.destroy();
    }
  });
  // After the guard, which destroys the sockets that it refuses.
  lab.attach(server, LAB_PATH);
}
