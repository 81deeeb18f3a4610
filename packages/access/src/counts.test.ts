// Limits that instances share, on a Redis of this process.
import { openProxy } from '@trace-mesh/runtime/proxy-fixture';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createRedisMock } from 'js-redis-server';
import { afterAll, afterEach, expect, it } from 'vitest';
import { COUNT_TIMEOUT_MS, createCount, openCounts } from './counts.ts';
import { RateLimitError } from './errors.ts';
import { createRateLimiter } from './rate-limit.ts';

const LIMIT = 5;
const acme = { identity: { tenantId: 'acme', userId: 'ada', scopes: [] } };
const logger = createLogger({ write: () => undefined });
const server = await createRedisMock({});
const proxy = await openProxy({ host: server.host, port: server.port });
const url = `redis://127.0.0.1:${proxy.port}`;
const open = new AsyncDisposableStack();
afterAll(async () => {
  await open.disposeAsync();
  await proxy[Symbol.asyncDispose]();
  await server.close();
});
afterEach(() => server.flush());

async function counts(service = 'rest-api') {
  const shared = openCounts(service, url, { logger, use: (resource) => open.use(resource) });
  if (!shared) throw new Error('no counts');
  // The first script of this Redis compiles its interpreter, which takes longer than a count may.
  await expect.poll(() => shared.redis.eval('return 1', 0).catch(String), { timeout: 20_000 }).toBe(1);
  return shared;
}

/** How many of 20 requests, in turns at two instances, are admitted within one second. */
async function admitted(...instances: ReturnType<typeof createRateLimiter>[]): Promise<number> {
  const began = performance.now();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => instances[n % instances.length]?.countCaller(acme)),
  );
  if (performance.now() - began > 900) {
    await server.flush();
    return admitted(...instances);
  }
  const refusals = outcomes.filter(({ status }) => status === 'rejected');
  for (const refusal of refusals) expect(refusal).toMatchObject({ reason: expect.any(RateLimitError) });
  return outcomes.length - refusals.length;
}

it('two instances of a service admit its limit together', async () => {
  const instances = [await counts(), await counts()].map((shared) => createRateLimiter(LIMIT, shared));
  expect(await admitted(...instances)).toBe(LIMIT);
});

it('each service has a limit of its own', async () => {
  const instances = [await counts('rest-api'), await counts('ws-hub')];
  expect(await admitted(...instances.map((shared) => createRateLimiter(LIMIT, shared)))).toBe(2 * LIMIT);
});

it('a caller that is refused at one instance may try again when the second has passed, at any of them', async () => {
  const [one, two] = [createRateLimiter(1, await counts()), createRateLimiter(1, await counts())];
  await one.countCaller(acme);
  const refused = await two.countCaller(acme).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'RateLimitError', headers: { 'retry-after': '1' } });
  const retried = () => two.countCaller(acme).then(() => 'admitted', String);
  await expect.poll(retried, { timeout: 3_000 }).toBe('admitted');
});

it('of several points, those within the limit are granted', async () => {
  const [one, two] = [createCount(10, await counts()), createCount(10, await counts())];
  expect(await one('wishes', 8)).toMatchObject({ granted: 8 });
  expect(await two('wishes', 4)).toMatchObject({ granted: 2 });
  expect(await two('wishes', 4)).toMatchObject({ granted: 0 });
  expect(await one('wishes', 1)).toMatchObject({ granted: 0 });
});

it('while Redis is away each instance admits the limit by itself, and shares it again afterwards', async () => {
  const shared = [await counts(), await counts()];
  const instances = shared.map((each) => createRateLimiter(LIMIT, each));
  await proxy.close();
  await expect.poll(() => shared.every(({ redis }) => redis.status !== 'ready')).toBe(true);
  expect(await admitted(...instances)).toBe(2 * LIMIT);
  await proxy.reopen();
  await expect
    .poll(() => shared.every(({ redis }) => redis.status === 'ready'), { timeout: 5_000 })
    .toBe(true);
  await server.flush();
  const later = shared.map((each) => createRateLimiter(LIMIT, each));
  expect(await admitted(...later)).toBe(LIMIT);
});

it('a Redis that hangs delays a request by the time limit of a count, and no longer', async () => {
  const limiter = createRateLimiter(LIMIT, await counts());
  proxy.hang();
  const began = performance.now();
  await limiter.countCaller(acme);
  expect(performance.now() - began).toBeGreaterThanOrEqual(COUNT_TIMEOUT_MS - 1);
  proxy.resume();
});

it('an instance takes a large limit in parts: the others may use all but the parts that are left', async () => {
  const limit = 500;
  const instances = [await counts(), await counts()].map((each) => createRateLimiter(limit, each));
  const requests = Array.from({ length: 2 * limit }, (_, n) => instances[n % 2]?.countCaller(acme));
  const began = performance.now();
  const outcomes = await Promise.allSettled(requests);
  const seconds = 1 + Math.floor((performance.now() - began) / 1_000);
  const { length } = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(length).toBeGreaterThanOrEqual(limit - 10);
  expect(length).toBeLessThanOrEqual(limit * seconds);
});
