import { BaseConfig } from '@trace-mesh/tracing/lifecycle';
import { z } from 'zod';

export const Config = BaseConfig.extend({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  COST_LEDGER_ADDRESS: z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port'),
  /** Left out, the AWS SDK's own resolution applies. */
  SQS_ENDPOINT: z.url().optional(),
  TASK_QUEUE: z.string().default('tasks'),
  /** Left out, the real Bedrock Runtime of the region is called. */
  BEDROCK_ENDPOINT: z.url().optional(),
  BEDROCK_MODEL: z.string().default('amazon.nova-lite-v1:0'),
});
