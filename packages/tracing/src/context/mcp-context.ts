// Who the work is for, as it travels with the trace. It correlates and never decides: see decisions/002.
import { type Context, createContextKey } from '@opentelemetry/api';

/** Tenant, user and session of the agent's call; its cost limit and what it has cost so far, in integer micro-USD. */
export interface McpContext {
  tenantId?: string;
  userId?: string;
  sessionId?: string;
  costLimitMicroUsd?: number;
  costUsedMicroUsd?: number;
}

// Propagators run before anything can authenticate, so what they read is only a claim.
const CLAIMED = createContextKey('trace-mesh.mcp.claimed');
const VERIFIED = createContextKey('trace-mesh.mcp.verified');

/** A context that holds what a carrier claimed. Only propagators call it. */
export function withClaimedMcpContext(ctx: Context, mcp: McpContext): Context {
  return ctx.setValue(CLAIMED, mcp);
}

/** A context whose MCP context a verified identity vouches for: this is what injection and span attributes use. */
export function withMcpContext(ctx: Context, mcp: McpContext): Context {
  return ctx.setValue(VERIFIED, mcp);
}

/** Keeps the claim of a peer inside the trust boundary; without a claim the context is returned as it is. */
export function trustClaimedMcpContext(ctx: Context): Context {
  const claimed = ctx.getValue(CLAIMED) as McpContext | undefined;
  return claimed ? withMcpContext(ctx, claimed) : ctx;
}

/** A context without the claim: nobody behind a public edge shall be able to take it for true. */
export function withoutClaim(ctx: Context): Context {
  return ctx.deleteValue(CLAIMED);
}

/** The verified MCP context, if there is one. */
export function getMcpContext(ctx: Context): McpContext | undefined {
  return ctx.getValue(VERIFIED) as McpContext | undefined;
}
