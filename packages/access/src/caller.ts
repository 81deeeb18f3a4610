// The caller of a verified token. Every decision about tenants, scopes and limits reads it from here, never from the
// context that travels with the trace (decisions/002).
import type { McpContext } from '@trace-mesh/tracing/mcp-context';
import type { Trust } from '@trace-mesh/tracing/trust';
import { ScopeError } from './errors.ts';

/** The scopes of a token. With `trace:force`, `X-B3-Sampled: 1` forces sampling. */
export const SCOPES = ['tasks:read', 'tasks:write', 'budget:read', 'budget:write', 'trace:force'] as const;
export type Scope = (typeof SCOPES)[number];

/** The tenant and user on whose behalf work is done. */
export interface Identity {
  tenantId: string;
  userId: string;
  scopes: readonly string[];
  /** The limit of the tenant's total cost, in integer micro-USD; the tenant's budget applies too. */
  costLimitMicroUsd?: number | undefined;
}

/** A verified caller. `service` is set if a service of the mesh calls on behalf of `identity`. */
export interface Caller {
  service?: string | undefined;
  identity: Identity;
  /** When the token expires, in ms since the epoch; undefined with `AUTHENTICATION=off`. */
  expiresAt?: number | undefined;
}

/** Throws a `ScopeError` if the caller's token lacks the scope. */
export function requireScope({ identity }: Caller, scope: Scope): void {
  if (!identity.scopes.includes(scope)) throw new ScopeError(scope);
}

/** The identity that travels with the trace, for its readers and not for decisions. */
export function mcpContextOf({ tenantId, userId, costLimitMicroUsd }: Identity): McpContext {
  return { tenantId, userId, ...(costLimitMicroUsd !== undefined && { costLimitMicroUsd }) };
}

/** How much of this caller's context is kept and obeyed. */
export function trustOf({ service, identity }: Caller): Trust {
  const mayForceSampling = identity.scopes.includes('trace:force');
  if (service !== undefined) return { inside: true, mayForceSampling };
  return { inside: false, mayForceSampling, mcp: mcpContextOf(identity) };
}
