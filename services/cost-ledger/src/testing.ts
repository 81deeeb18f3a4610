// For tests of callers: the ledger in their process, with a Redis of its own.
import { listenGrpc } from '@trace-mesh/runtime/grpc';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createRedisMock } from 'js-redis-server';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

/** Serves the ledger of a database on loopback until disposed; it accepts tokens that the keys of `KEYS_DIR` have signed. */
export async function startLedger(config: { DATABASE_URL: string; KEYS_DIR: string }) {
  const opened = new AsyncDisposableStack();
  const redis = opened.adopt(await createRedisMock({}), (mock) => mock.close());
  const { HOST, ...rest } = Config.parse({ ...config, REDIS_URL: redis.url, PORT: 0, HEALTH_PORT: 0 });
  const logger = createLogger({ write: () => {} });
  const app = createApp(
    await openDeps({ ...rest, HOST }, { logger, use: (resource) => opened.use(resource) }),
  );
  const { port } = opened.use(await listenGrpc(app, { host: HOST, port: 0 }));
  return { port, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
