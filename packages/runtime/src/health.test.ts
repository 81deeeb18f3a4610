import { expect, it, vi } from 'vitest';
import { READINESS_TIMEOUT_MS, serveHealth } from './health.ts';

// One test waits for READINESS_TIMEOUT_MS.
vi.setConfig({ testTimeout: 15_000 });
const LOCAL = { host: '127.0.0.1', port: 0 };

async function get(port: number, path: string): Promise<[number, unknown]> {
  const response = await fetch(`http://${LOCAL.host}:${port}${path}`);
  return [response.status, await response.json()];
}

it('a service is live from the beginning, ready once started, and unready when it stops', async () => {
  await using health = await serveHealth(LOCAL);
  expect(await get(health.port, '/livez')).toEqual([200, { status: 'live' }]);
  expect(await get(health.port, '/readyz')).toEqual([503, { status: 'starting' }]);
  health.started();
  expect(await get(health.port, '/readyz')).toEqual([200, { status: 'ready' }]);
  health.stopping();
  expect(await get(health.port, '/readyz')).toEqual([503, { status: 'stopping' }]);
});

it('readiness names the checks that fail, or do not answer in time', async () => {
  await using health = await serveHealth(LOCAL);
  health.readyWhen('postgres', () => Promise.reject(new Error('down')));
  health.readyWhen('redis', () => new Promise(() => {}));
  health.readyWhen('queue', async () => 'up');
  health.started();
  const since = performance.now();
  expect(await get(health.port, '/readyz')).toEqual([
    503,
    { status: 'unready', failed: ['postgres', 'redis'] },
  ]);
  expect(performance.now() - since).toBeLessThan(READINESS_TIMEOUT_MS + 4_000);
});

it('metrics and other paths are 404 without an SDK', async () => {
  await using health = await serveHealth(LOCAL);
  expect(await get(health.port, '/metrics')).toEqual([404, { status: 'not found' }]);
  expect(await get(health.port, '/')).toEqual([404, { status: 'not found' }]);
});
