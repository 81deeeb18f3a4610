// The mesh's processes connect to the lab with a WebSocket. A page from elsewhere, which a browser lets do the same, must not.
import type { Server } from 'node:http';
import { HostError } from '@trace-mesh/access/errors';
import { checkHosts } from '@trace-mesh/access/hosts';
import type { Lab } from '@trace-mesh/faults/server';

/** Where the processes of the mesh find the lab. */
export const LAB_PATH = '/lab';

/** Opens the server's one socket, the lab's; upgrades elsewhere, and by hosts or from pages not `allowed`, are cut off. */
export function attachLab(server: Server, lab: Pick<Lab, 'attach'>, allowed: readonly string[]): void {
  server.on('upgrade', (request, socket) => {
    try {
      if (request.url !== LAB_PATH) throw new HostError('there is no such socket here');
      checkHosts(request.headers, allowed);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      socket.destroy();
    }
  });
  // After the guard: the lab answers what the guard has left alive.
  lab.attach(server, LAB_PATH);
}
