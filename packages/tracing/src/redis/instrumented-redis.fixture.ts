// ioredis under the patched instrumentation, with a server in memory. For a test file with a process of its own.
import { createRequire } from 'node:module';
import { createRedisMock } from 'js-redis-server';
import { afterAll, afterEach } from 'vitest';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';

/** Starts the server and the instrumentation for the tests of a file; `connect` opens a connection that ends with its test. */
export async function useInstrumentedRedis() {
  const tracing = startInstrumented('ioredis');
  const ioredis = createRequire(import.meta.url)('ioredis') as typeof import('ioredis');
  const server = await createRedisMock({});
  const open = new Set<InstanceType<typeof ioredis.Redis>>();
  afterEach(() => {
    for (const redis of open) redis.disconnect();
    open.clear();
    tracing.reset();
  });
  afterAll(() => server.close());
  const connect = (options = {}) => {
    const redis = new ioredis.Redis(server.url, options);
    open.add(redis);
    return redis;
  };
  return { ...ioredis, tracing, connect };
}
