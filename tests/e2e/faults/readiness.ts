// Readiness: a frozen or dead part is reported by exactly the services that need it, until it is back. Liveness stays 200.
import { describe, expect, it } from 'vitest';
import { part } from './mesh.ts';

/** The parts that each service needs. */
const NEEDS: Record<string, string[]> = {
  'edge-mcp': ['rest-api', 'ws-hub'],
  'rest-api': ['cost-ledger', 'postgres', 'queue'],
  worker: ['cost-ledger', 'postgres', 'queue', 'redis'],
  'cost-ledger': ['postgres', 'redis'],
  'ws-hub': ['redis'],
};
const PARTS = [...new Set(Object.values(NEEDS).flat())];
const patience = { timeout: 30_000, interval: 100 };

const readyUrl = (name: string) => {
  const { ready } = part(name).spec;
  return 'http' in ready ? ready.http : '';
};

/** The failed parts that each running service reports. */
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
  it('is reported while it is frozen, only by the services that need it, and no longer afterwards', async () => {
    await part(name).pause();
    await expect.poll(() => missing(name), patience).toEqual(expected(name, name));
    await part(name).resume();
    await expect.poll(() => missing(''), patience).toEqual(expected(undefined, ''));
  });

  it('is reported while it is dead, and no longer after its restart', async () => {
    await part(name).kill();
    await expect.poll(() => missing(name), patience).toEqual(expected(name, name));
    await part(name).start();
    await expect.poll(() => missing(''), patience).toEqual(expected(undefined, ''));
  });
});
