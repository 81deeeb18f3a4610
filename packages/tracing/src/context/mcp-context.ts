// Tenant, user, session and cost of the work, carried with the trace. For correlation, not for authorization: decisions/002.
import { type Context, createContextKey } from '@opentelemetry/api';

/** Tenant, user and session of the agent's call; its cost limit and what it has cost so far, in integer micro-USD. */
export interface McpContext {
  tenantId?: string;
  userId?: string;
  sessionId?: string;
  costLimitMicroUsd?: number;
  costUsedMicroUsd?: number;
}

// Propagators run before authentication, so what they read is only a claim.
const CLAIMED = createContextKey('trace-mesh.mcp.claimed');
const VERIFIED = createContextKey('trace-mesh.mcp.verified');

/** A context that holds what a carrier claimed. Only propagators call it. */
export function withClaimedMcpContext(ctx: Context, mcp: McpContext): Context {
  return ctx.setValue(CLAIMED, mcp);
}

/** A context with the MCP context of a verified identity, which injection and span attributes use. */
export function withMcpContext(ctx: Context, mcp: McpContext): Context {
  return ctx.setValue(VERIFIED, mcp);
}

/** Accepts the claim of a peer inside the trust boundary as verified. */
export function trustClaimedMcpContext(ctx: Context): Context {
  const claimed = ctx.getValue(CLAIMED) as McpContext | undefined;
  return claimed ? withMcpContext(ctx, claimed) : ctx;
}

/** A context without the claim, so that no code behind a public edge can accept it as verified. */
export function withoutClaim(ctx: Context): Context {
  return ctx.deleteValue(CLAIMED);
}

/** The verified MCP context, if any. */
export function getMcpContext(ctx: Context): McpContext | undefined {
  return ctx.getValue(VERIFIED) as McpContext | undefined;
}
