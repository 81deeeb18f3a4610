// The claims of a token: a JWT (RFC 7519) with the claims of RFC 9068, and two more.
import { z } from 'zod';
import type { Identity } from './caller.ts';

/** The longest tenant or user id, in characters: as long as the headers that carry it. */
export const MAX_ID_LENGTH = 128;

// Visible ASCII, the characters that every carrier of the MCP context accepts.
const Id = z
  .string()
  .min(1)
  .max(MAX_ID_LENGTH)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces');

export const Claims = z.object({
  /** The user. */
  sub: Id,
  tenant_id: Id,
  /** Space-separated (RFC 8693 section 4.2). */
  scope: z.string().default(''),
  cost_limit_micro_usd: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional(),
  /** Seconds since the epoch. */
  exp: z.number(),
  /** The service that signed the token; absent from access tokens (RFC 9068 section 2.2). */
  client_id: z.string().min(1).max(64).optional(),
});
export type Claims = z.infer<typeof Claims>;

/** The claims of an identity, without those that the signer adds. */
export function claimsOf({ tenantId, userId, scopes, costLimitMicroUsd }: Identity) {
  return {
    sub: userId,
    tenant_id: tenantId,
    scope: scopes.join(' '),
    ...(costLimitMicroUsd !== undefined && { cost_limit_micro_usd: costLimitMicroUsd }),
  };
}

/** The identity in verified claims (RFC 9068's names; the cost limit in integer micro-USD). */
export function identityOf({ sub, tenant_id, scope, cost_limit_micro_usd }: Claims): Identity {
  return {
    tenantId: tenant_id,
    userId: sub,
    scopes: scope.split(' ').filter(Boolean),
    ...(cost_limit_micro_usd !== undefined && { costLimitMicroUsd: cost_limit_micro_usd }),
  };
}
