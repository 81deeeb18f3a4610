// How much of a caller's context is kept and obeyed. A service of the mesh: everything. Any other caller: its trace and the
// baggage on the allow-list, with tenant and user from its verified token instead of its headers.
import { type Context, trace } from '@opentelemetry/api';
import { allowBaggage } from './baggage-allow-list.ts';
import { type McpContext, trustClaimedMcpContext, withMcpContext, withoutClaim } from './mcp-context.ts';
import { withoutMeshMember } from './trace-state.ts';

export interface Trust {
  /** The caller is a service of the mesh: its context is kept whole and its sampling decision is final. */
  inside: boolean;
  /** The sampler obeys `X-B3-Sampled: 1`. */
  mayForceSampling?: boolean;
  /** The verified identity of a caller outside the mesh, where there is one. */
  mcp?: McpContext;
}

/** A caller that has not been verified. */
export const UNTRUSTED: Trust = { inside: false };

/** The part of an extracted context that work for this caller runs in. */
export function admitContext(ctx: Context, { inside, mcp }: Trust): Context {
  if (inside) return trustClaimedMcpContext(ctx);
  const admitted = withoutClaim(allowBaggage(withoutForeignMember(ctx)));
  return mcp ? withMcpContext(admitted, mcp) : admitted;
}

/** Applies to a remote parent that has no local span yet; for a local span the sampler has already removed the member. */
function withoutForeignMember(ctx: Context): Context {
  const span = trace.getSpanContext(ctx);
  return span?.isRemote ? trace.setSpanContext(ctx, withoutMeshMember(span)) : ctx;
}
