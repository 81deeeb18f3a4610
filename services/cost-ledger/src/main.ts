// cost-ledger: keeps each tenant's budget, over gRPC. Context arrives in metadata; see src/rpc for what it meets here.
import { listenGrpc } from '@trace-mesh/tracing/grpc';
import { runService } from '@trace-mesh/tracing/lifecycle';
import { openDatabase } from '@trace-mesh/tracing/postgres';
import { openRedis } from '@trace-mesh/tracing/redis';
import { createApp } from './app.ts';
import { createBudgetCache } from './budget-cache.ts';
import { Config } from './config.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const redis = use(openRedis(config.REDIS_URL, logger));
  const cache = createBudgetCache(redis, logger);
  const app = createApp({ db, cache, logger, defaultBudgetMicroUsd: config.DEFAULT_BUDGET_MICRO_USD });
  use(await listenGrpc(app, { host: config.HOST, port: config.PORT }));
  readyWhen('postgres', () => db.query('SELECT 1'));
  readyWhen('redis', () => redis.ping());
});
