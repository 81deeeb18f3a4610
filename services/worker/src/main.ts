// worker: runs queued tasks on a model. The trace arrives with the SQS message and goes on to Bedrock, gRPC and Redis.
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { runService } from '@trace-mesh/tracing/lifecycle';
import { openDatabase } from '@trace-mesh/tracing/postgres';
import { openPostgresProbe } from '@trace-mesh/tracing/postgres-probe';
import { openRedis } from '@trace-mesh/tracing/redis';
import { findQueue, openSqs, queueAnswers } from '@trace-mesh/tracing/sqs-client';
import { consumeTasks } from './app.ts';
import { Config } from './config.ts';
import { openModel } from './model.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const postgres = use(openPostgresProbe(config.DATABASE_URL, logger));
  const redis = use(openRedis(config.REDIS_URL, logger));
  const ledger = use(connectLedger(config.COST_LEDGER_ADDRESS));
  const tokens = createServiceTokens('worker', config.KEYS_DIR);
  const model = use(openModel(config.BEDROCK_MODEL, config.BEDROCK_ENDPOINT));
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  const queue = await findQueue(sqs, config.TASK_QUEUE);
  use(consumeTasks(sqs, queue, { db, redis, ledger, tokens, model, logger }, config));
  readyWhen('postgres', () => postgres.answers());
  readyWhen('redis', () => redis.ping());
  readyWhen('cost-ledger', () => ledger.answers());
  readyWhen('queue', () => queueAnswers(sqs, queue));
});
