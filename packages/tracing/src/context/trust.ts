// How far the context that a caller sends along is believed. Inside the mesh wholly; from outside its trace alone: baggage as
// far as the allow-list goes, and tenant and user as somebody has verified them, whatever the headers claim.
import { type Context, trace } from '@opentelemetry/api';
import { allowBaggage } from './baggage-allow-list.ts';
import { type McpContext, trustClaimedMcpContext, withMcpContext, withoutClaim } from './mcp-context.ts';
import { withoutMeshMember } from './trace-state.ts';

/** `mcp` is the verified identity of a caller from outside, where it is known. */
export type Trust = { inside: true } | { inside: false; mcp?: McpContext };

/** Nobody has been verified. */
export const UNTRUSTED: Trust = { inside: false };

/** An extracted context, as work for this caller goes on in it. */
export function admitContext(ctx: Context, trust: Trust): Context {
  if (trust.inside) return trustClaimedMcpContext(ctx);
  const admitted = withoutClaim(allowBaggage(withoutForeignMember(ctx)));
  return trust.mcp ? withMcpContext(admitted, trust.mcp) : admitted;
}

/** For a parent that no span has been started under yet; where one has, the sampler has seen to it. */
function withoutForeignMember(ctx: Context): Context {
  const span = trace.getSpanContext(ctx);
  return span?.isRemote ? trace.setSpanContext(ctx, withoutMeshMember(span)) : ctx;
}
