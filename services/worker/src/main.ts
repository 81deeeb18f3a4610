// worker: runs queued tasks on a model. The trace arrives with the SQS message and goes on to Bedrock, gRPC and Redis.
import { createLedgerClient } from '@trace-mesh/cost-ledger/client';
import { runService } from '@trace-mesh/tracing/lifecycle';
import { openDatabase } from '@trace-mesh/tracing/postgres';
import { observeQueue } from '@trace-mesh/tracing/queue-metrics';
import { openRedis } from '@trace-mesh/tracing/redis';
import { attemptsInRedis } from '@trace-mesh/tracing/sqs-attempts';
import { findQueue, openSqs } from '@trace-mesh/tracing/sqs-client';
import { consume } from '@trace-mesh/tracing/sqs-consumer';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openModel } from './model.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const redis = use(openRedis(config.REDIS_URL, logger));
  const ledger = use(createLedgerClient(config.COST_LEDGER_ADDRESS));
  const model = use(openModel(config.BEDROCK_MODEL, config.BEDROCK_ENDPOINT));
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  const queue = await findQueue(sqs, config.TASK_QUEUE);
  use(observeQueue(sqs, queue));
  const handle = createApp({ db, redis, ledger, model, logger });
  use(
    consume(sqs, queue, handle, logger, {
      mode: config.SQS_TRACE_MODE,
      retryBaseSeconds: config.RETRY_BASE_S,
      attempts: attemptsInRedis(redis, logger),
    }),
  );
  readyWhen('postgres', () => db.query('SELECT 1'));
  readyWhen('redis', () => redis.ping());
});
