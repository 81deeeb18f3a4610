import { AccessConfig } from '@trace-mesh/access/config';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';
import { z } from 'zod';
import { EXPIRY_SWEEP_MS, RESERVATION_EXPIRY_S } from './expiry.ts';

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** What a tenant may spend that has no budget of its own yet, in integer micro-USD. */
  DEFAULT_BUDGET_MICRO_USD: z.coerce.number().int().nonnegative().default(100_000_000),
  /** After so many s a reservation that nobody settled is given back to its budget. */
  RESERVATION_EXPIRY_S: z.coerce.number().int().positive().default(RESERVATION_EXPIRY_S),
  /** How often expired reservations are looked for, in ms. */
  EXPIRY_SWEEP_MS: z.coerce.number().int().positive().default(EXPIRY_SWEEP_MS),
});
