import { AccessConfig } from '@trace-mesh/access/config';
import { RedisUrl } from '@trace-mesh/runtime/redis';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';
import { z } from 'zod';
import { EXPIRY_SWEEP_MS, RESERVATION_EXPIRY_S } from './expiry.ts';

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: RedisUrl,
  /** The budget of a new tenant, in integer micro-USD. */
  DEFAULT_BUDGET_MICRO_USD: z.coerce.number().int().nonnegative().default(100_000_000),
  /** How long a reservation is held if it is not settled, in s. */
  RESERVATION_EXPIRY_S: z.coerce.number().int().positive().default(RESERVATION_EXPIRY_S),
  /** The interval of the sweep for expired reservations, in ms. */
  EXPIRY_SWEEP_MS: z.coerce.number().int().positive().default(EXPIRY_SWEEP_MS),
});
