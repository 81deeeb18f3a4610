// The variables of every service that authenticates callers.
import { z } from 'zod';
import { RATE_LIMIT_PER_SECOND } from './rate-limit.ts';

export const AccessConfig = z.object({
  /** The folder of the keys; see keys.ts. */
  KEYS_DIR: z.string().min(1),
  /** `off`: callers without a token are `TENANT_ID` and `USER_ID`, with every scope but `trace:force`. */
  AUTHENTICATION: z.enum(['on', 'off']).default('on'),
  TENANT_ID: z.string().min(1).default('demo'),
  USER_ID: z.string().min(1).default('agent'),
  /** The `iss` and `aud` of access tokens. */
  TOKEN_ISSUER: z.url().default('http://localhost/trace-mesh'),
  TOKEN_AUDIENCE: z.string().min(1).default('trace-mesh'),
  /** Requests or socket messages a second, for each tenant and for each address without a token. */
  RATE_LIMIT_PER_SECOND: z.coerce.number().int().positive().default(RATE_LIMIT_PER_SECOND),
  /** The allowed hosts of requests and of the pages that send them, separated by commas; see hosts.ts. */
  ALLOWED_HOSTS: z
    .string()
    .default('localhost,127.0.0.1,[::1]')
    .transform((hosts) => hosts.split(',').map((host) => host.trim())),
});
export type AccessConfig = z.infer<typeof AccessConfig>;
