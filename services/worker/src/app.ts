// What the worker works with, and what it does with each message.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ServiceTokens } from '@trace-mesh/access/service-tokens';
import type { LedgerConnection } from '@trace-mesh/cost-ledger/client';
import type { Database } from '@trace-mesh/runtime/postgres';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { attemptsInRedis } from '@trace-mesh/runtime/sqs-attempts';
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import { observeQueue } from '@trace-mesh/runtime/sqs-metrics';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Queue } from '@trace-mesh/tracing/sqs';
import type { z } from 'zod';
import type { Config } from './config.ts';
import { runTask } from './handlers/run-task.ts';
import type { Model } from './model.ts';
import { keepSweeping } from './sweep.ts';

type ConsumerConfig = Pick<
  z.infer<typeof Config>,
  'SQS_TRACE_MODE' | 'RETRY_BASE_S' | 'ABANDONED_AFTER_S' | 'SWEEP_INTERVAL_MS'
>;

export interface Deps {
  db: Database;
  redis: RedisConnection;
  ledger: LedgerConnection;
  /** What the worker says to the ledger: on whose behalf it charges. */
  tokens: ServiceTokens;
  model: Model;
  logger: Logger;
}

/** The handler for the messages of the queue `tasks`. */
export const createApp = (deps: Deps) => runTask(deps);

/** Runs the queue's tasks, ends those that were abandoned, and shows how many wait, until disposed. */
export function consumeTasks(
  sqs: SQSClient,
  queue: Queue,
  deps: Deps,
  config: ConsumerConfig,
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  stack.use(observeQueue(sqs, queue));
  const { ABANDONED_AFTER_S: afterSeconds, SWEEP_INTERVAL_MS: intervalMs } = config;
  stack.use(keepSweeping(deps, { afterSeconds, intervalMs }));
  const options = {
    mode: config.SQS_TRACE_MODE,
    retryBaseSeconds: config.RETRY_BASE_S,
    attempts: attemptsInRedis(deps.redis, deps.logger),
  };
  stack.use(consume(sqs, queue, createApp(deps), deps.logger, options));
  return stack;
}
