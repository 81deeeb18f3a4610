// Who calls. Only a verified token makes a caller, and every decision about tenants, scopes and limits reads it from here,
// never from the context that travels with the trace (decisions/002).
import type { McpContext } from '@trace-mesh/tracing/mcp-context';
import type { Trust } from '@trace-mesh/tracing/trust';
import { ScopeError } from './errors.ts';

/** What a token may allow. `trace:force` lets `X-B3-Sampled: 1` force sampling. */
export const SCOPES = ['tasks:read', 'tasks:write', 'budget:read', 'budget:write', 'trace:force'] as const;
export type Scope = (typeof SCOPES)[number];

/** For whom work is done. */
export interface Identity {
  tenantId: string;
  userId: string;
  scopes: readonly string[];
  /** What the tenant may spend in all, as far as this token goes, in integer micro-USD; its budget holds besides. */
  costLimitMicroUsd?: number | undefined;
}

/** A verified caller. `service` is set where one of the mesh's own services speaks, on behalf of `identity`. */
export interface Caller {
  service?: string | undefined;
  identity: Identity;
  /** When the token expires, in ms since the epoch; undefined where nobody was asked for one. */
  expiresAt?: number | undefined;
}

/** Throws a `ScopeError` where the caller's token lacks the scope. */
export function requireScope({ identity }: Caller, scope: Scope): void {
  if (!identity.scopes.includes(scope)) throw new ScopeError(scope);
}

/** The identity as it travels with the trace: for people who read it, not for decisions. */
export function mcpContextOf({ tenantId, userId, costLimitMicroUsd }: Identity): McpContext {
  return { tenantId, userId, ...(costLimitMicroUsd !== undefined && { costLimitMicroUsd }) };
}

/** How much of this caller's context is kept and obeyed. */
export function trustOf({ service, identity }: Caller): Trust {
  const mayForceSampling = identity.scopes.includes('trace:force');
  if (service !== undefined) return { inside: true, mayForceSampling };
  return { inside: false, mayForceSampling, mcp: mcpContextOf(identity) };
}
