import { hostname } from 'node:os';
import { AccessConfig } from '@trace-mesh/access/config';
import { RedisUrl } from '@trace-mesh/runtime/redis';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';
import { z } from 'zod';

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  REDIS_URL: RedisUrl,
  /** Names this hub among those that share the work of a consumer group. */
  CONSUMER: z.string().min(1).default(`${hostname()}:${process.pid}`),
});
