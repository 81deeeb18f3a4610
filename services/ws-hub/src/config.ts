import { BaseConfig, Port } from '@trace-mesh/tracing/lifecycle';
import { z } from 'zod';

export const Config = BaseConfig.extend({
  PORT: Port,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
});
