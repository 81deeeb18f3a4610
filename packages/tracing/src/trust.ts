// How far the context that a caller sends along is believed. Inside the mesh wholly; from outside its trace alone: baggage as
// far as the allow-list goes, and tenant and user as somebody has verified them, whatever the headers claim.
import type { Context } from '@opentelemetry/api';
import { allowBaggage } from './baggage-allow-list.ts';
import { type McpContext, trustClaimedMcpContext, withMcpContext, withoutClaim } from './mcp-context.ts';

/** `mcp` is the verified identity of a caller from outside, where it is known. */
export type Trust = { inside: true } | { inside: false; mcp?: McpContext };

/** Nobody has been verified. */
export const STRANGER: Trust = { inside: false };

/** An extracted context, as work for this caller goes on in it. */
export function admitContext(ctx: Context, trust: Trust): Context {
  if (trust.inside) return trustClaimedMcpContext(ctx);
  const admitted = withoutClaim(allowBaggage(ctx));
  return trust.mcp ? withMcpContext(admitted, trust.mcp) : admitted;
}
