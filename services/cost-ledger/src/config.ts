import { AccessConfig } from '@trace-mesh/access/config';
import { BaseConfig, Port } from '@trace-mesh/tracing/lifecycle';
import { z } from 'zod';

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** What a tenant may spend that has no budget of its own yet, in integer micro-USD. */
  DEFAULT_BUDGET_MICRO_USD: z.coerce.number().int().nonnegative().default(100_000_000),
});
