// How context lies in an MCP request: three keys of `params._meta`, unprefixed, as the conventions say. One writes, one reads.
// https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md
import { injectContext } from '../context/carrier.ts';

/** The keys of `_meta` that carry context. */
export const META_KEYS = ['traceparent', 'tracestate', 'baggage'] as const;

/** The context of the running work for `_meta`: the W3C keys and nothing of ours. */
export function traceMeta(): Record<string, string> {
  const carrier = injectContext('mcp');
  return Object.fromEntries(META_KEYS.flatMap((key) => (carrier[key] ? [[key, carrier[key]]] : [])));
}

/** The context that `_meta` brings: only the W3C keys, and only strings, so that nobody outside brings an MCP context. */
export function metaCarrier(params: Record<string, unknown> | undefined): Record<string, string> {
  const meta = metaOf(params);
  return Object.fromEntries(
    META_KEYS.flatMap((key) => (typeof meta[key] === 'string' ? [[key, meta[key]]] : [])),
  );
}

/** The `_meta` of a request's params; empty where there is none. */
export function metaOf(params: Record<string, unknown> | undefined): Record<string, unknown> {
  const meta = params?._meta;
  return typeof meta === 'object' && meta !== null ? (meta as Record<string, unknown>) : {};
}
