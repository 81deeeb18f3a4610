import { BaseConfig } from '@trace-mesh/runtime/service';
import { RETRY_BASE_S } from '@trace-mesh/runtime/sqs-consumer';
import { z } from 'zod';
import { ABANDONED_AFTER_S, SWEEP_INTERVAL_MS } from './sweep.ts';

export const Config = BaseConfig.extend({
  /** The folder of the keys, of which the services' secret is needed. */
  KEYS_DIR: z.string().min(1),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  COST_LEDGER_ADDRESS: z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port'),
  /** Left out, the AWS SDK's own resolution applies. */
  SQS_ENDPOINT: z.url().optional(),
  TASK_QUEUE: z.string().default('tasks'),
  /** `parent`: a task runs in the trace of its sender. `link`: in a trace of its own that links to it. */
  SQS_TRACE_MODE: z.enum(['parent', 'link']).default('parent'),
  /** A task that failed is tried again after so many s, then after twice as many, and so on. */
  RETRY_BASE_S: z.coerce.number().min(0).default(RETRY_BASE_S),
  /** A task that nobody has touched for so many s has failed. */
  ABANDONED_AFTER_S: z.coerce.number().int().positive().default(ABANDONED_AFTER_S),
  /** How often such tasks are looked for, in ms. */
  SWEEP_INTERVAL_MS: z.coerce.number().int().positive().default(SWEEP_INTERVAL_MS),
  /** Left out, the real Bedrock Runtime of the region is called. */
  BEDROCK_ENDPOINT: z.url().optional(),
  BEDROCK_MODEL: z.string().default('amazon.nova-lite-v1:0'),
});
