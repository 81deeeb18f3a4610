import { AccessConfig } from '@trace-mesh/access/config';
import { RedisUrl } from '@trace-mesh/runtime/redis';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';
import { z } from 'zod';

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Where all instances count requests together; without it each counts its own. */
  REDIS_URL: RedisUrl.optional(),
  COST_LEDGER_ADDRESS: z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port'),
  /** By default the AWS SDK resolves the endpoint. */
  SQS_ENDPOINT: z.url().optional(),
  TASK_QUEUE: z.string().default('tasks'),
});
