// The mesh's processes connect to the lab with a WebSocket. A page from elsewhere, which a browser lets do the same, must not.
import type { Server } from 'node:http';
import { checkHosts, HostError } from '@trace-mesh/access/hosts';

/** Where the processes of the mesh find the lab. */
export const LAB_PATH = '/lab';

/** Cuts off upgrades to anything but `path`, and by hosts or from pages that are not `allowed`. Attach it before the lab. */
export function guardUpgrades(server: Server, path: string, allowed: readonly string[]): void {
  server.on('upgrade', (request, socket) => {
    try {
      if (request.url !== path) throw new HostError('there is no such socket here');
      checkHosts(request.headers, allowed);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      socket.destroy();
    }
  });
}
