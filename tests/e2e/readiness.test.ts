// Readiness tells the truth: whatever is frozen or dead is named by all who need it, by nobody else, and by nobody any more
// when it is back. Liveness has no part in it.
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Who needs what. */
const NEEDS: Record<string, string[]> = {
  'edge-mcp': ['rest-api', 'ws-hub'],
  'rest-api': ['cost-ledger', 'postgres', 'queue'],
  worker: ['cost-ledger', 'postgres', 'queue', 'redis'],
  'cost-ledger': ['postgres', 'redis'],
  'ws-hub': ['redis'],
};
const PARTS = [...new Set(Object.values(NEEDS).flat())];
const patience = { timeout: 30_000, interval: 100 };

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ only: Object.keys(NEEDS) });
}, 60_000);
afterAll(() => mesh.stop());

const part = (name: string) => {
  const found = mesh.processes.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const readyUrl = (name: string) => {
  const { ready } = part(name).spec;
  return 'http' in ready ? ready.http : '';
};

/** What each service that runs says is missing. */
async function missing(except: string): Promise<Record<string, string[]>> {
  const services = Object.keys(NEEDS).filter((name) => name !== except);
  const answers = services.map(async (name) => {
    const response = await fetch(readyUrl(name));
    const { failed = [] } = (await response.json()) as { failed?: string[] };
    expect(response.status).toBe(failed.length > 0 ? 503 : 200);
    expect((await fetch(readyUrl(name).replace('readyz', 'livez'))).status).toBe(200);
    return [name, failed.toSorted()] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}
const expected = (down: string | undefined, except: string) =>
  Object.fromEntries(
    Object.entries(NEEDS)
      .filter(([name]) => name !== except)
      .map(([name, needs]) => [name, needs.filter((need) => need === down)]),
  );

describe.each(PARTS)('%s', (name) => {
  it('is missed while it is frozen, by those who need it alone', async () => {
    await part(name).pause();
    await expect.poll(() => missing(name), patience).toEqual(expected(name, name));
    await part(name).resume();
    await expect.poll(() => missing(''), patience).toEqual(expected(undefined, ''));
  });

  it('is missed while it is dead, and found again', async () => {
    await part(name).kill();
    await expect.poll(() => missing(name), patience).toEqual(expected(name, name));
    await part(name).start();
    await expect.poll(() => missing(''), patience).toEqual(expected(undefined, ''));
  });
});
