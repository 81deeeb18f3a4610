// The variables of every service that lets somebody in.
import { z } from 'zod';
import { RATE_LIMIT_PER_SECOND } from './rate-limit.ts';

export const AccessConfig = z.object({
  /** The folder of the keys; see keys.ts. */
  KEYS_DIR: z.string().min(1),
  /** `off` is for tools without a token: everybody is then `TENANT_ID` and `USER_ID`, with every scope but `trace:force`. */
  AUTHENTICATION: z.enum(['on', 'off']).default('on'),
  TENANT_ID: z.string().min(1).default('demo'),
  USER_ID: z.string().min(1).default('agent'),
  /** Who issues access tokens (their `iss`), and for whom (their `aud`). */
  TOKEN_ISSUER: z.url().default('http://localhost/trace-mesh'),
  TOKEN_AUDIENCE: z.string().min(1).default('trace-mesh'),
  /** Requests (or socket messages) a second that one tenant, or one address without a token, may make. */
  RATE_LIMIT_PER_SECOND: z.coerce.number().int().positive().default(RATE_LIMIT_PER_SECOND),
  /** Hosts that requests may be addressed to, and pages served from, behind commas; others are refused (DNS rebinding). */
  ALLOWED_HOSTS: z
    .string()
    .default('localhost,127.0.0.1,[::1]')
    .transform((hosts) => hosts.split(',').map((host) => host.trim())),
});
export type AccessConfig = z.infer<typeof AccessConfig>;
