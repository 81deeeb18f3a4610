import type { SQSClient } from '@aws-sdk/client-sqs';
import { attemptsInRedis } from '@trace-mesh/runtime/sqs-attempts';
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import { observeQueue } from '@trace-mesh/runtime/sqs-metrics';
import type { Queue } from '@trace-mesh/tracing/sqs';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { runTask } from './handlers/run-task.ts';
import { keepSweeping } from './sweep.ts';

type ConsumerConfig = Pick<
  z.infer<typeof Config>,
  'SQS_TRACE_MODE' | 'CONSUMER_CONCURRENCY' | 'RETRY_BASE_S' | 'ABANDONED_AFTER_S' | 'SWEEP_INTERVAL_MS'
>;

export const createApp = (deps: Deps) => runTask(deps);

/** Consumes the queue, sweeps abandoned tasks and reports the queue's length as a metric, until disposed. */
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
    concurrency: config.CONSUMER_CONCURRENCY,
    retryBaseSeconds: config.RETRY_BASE_S,
    attempts: attemptsInRedis(deps.redis, deps.logger),
  };
  stack.use(consume(sqs, queue, createApp(deps), deps.logger, options));
  return stack;
}
