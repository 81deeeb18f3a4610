import { RedisUrl } from '@trace-mesh/runtime/redis';
import { BaseConfig } from '@trace-mesh/runtime/service';
import { CONSUMER_CONCURRENCY, RETRY_BASE_S } from '@trace-mesh/runtime/sqs-consumer';
import { z } from 'zod';
import { ABANDONED_AFTER_S, SWEEP_INTERVAL_MS } from './sweep.ts';

export const Config = BaseConfig.extend({
  /** The folder with the services' secret. */
  KEYS_DIR: z.string().min(1),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: RedisUrl,
  COST_LEDGER_ADDRESS: z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port'),
  /** By default the AWS SDK resolves the endpoint. */
  SQS_ENDPOINT: z.url().optional(),
  TASK_QUEUE: z.string().default('tasks'),
  /** `parent`: a task runs in its sender's trace. `link`: in a new trace that links to the sender's. */
  SQS_TRACE_MODE: z.enum(['parent', 'link']).default('parent'),
  /** How many tasks are run at a time; KEDA's `queueLength` should be the same. */
  CONSUMER_CONCURRENCY: z.coerce.number().int().positive().default(CONSUMER_CONCURRENCY),
  /** The delay before the first retry of a task, in s; each next one is twice as long. */
  RETRY_BASE_S: z.coerce.number().min(0).default(RETRY_BASE_S),
  /** A running task without an update for this long, in s, fails. */
  ABANDONED_AFTER_S: z.coerce.number().int().positive().default(ABANDONED_AFTER_S),
  /** The interval of the sweep for such tasks, in ms. */
  SWEEP_INTERVAL_MS: z.coerce.number().int().positive().default(SWEEP_INTERVAL_MS),
  /** By default the region's Bedrock Runtime. */
  BEDROCK_ENDPOINT: z.url().optional(),
  BEDROCK_MODEL: z.string().default('amazon.nova-lite-v1:0'),
});
