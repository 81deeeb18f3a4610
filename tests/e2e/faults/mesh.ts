// The mesh whose parts the tests in this folder kill, freeze and restart, one file after the other.
import { startMesh } from '@trace-mesh/embedded/mesh';
import { afterAll } from 'vitest';

export const mesh = await startMesh({
  only: ['edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'],
  env: { EXPIRY_SWEEP_MS: '50' },
});
afterAll(() => mesh.stop());

export function part(name: string) {
  const found = mesh.processes.get(name);
  if (!found) throw new Error(`the mesh has no part ${name}`);
  return found;
}
