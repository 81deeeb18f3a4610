// Context in an MCP message: three keys of `params._meta`, without a prefix, as the conventions say.
// https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/mcp.md
import type { Attributes } from '@opentelemetry/api';
import { injectContext } from '../context/carrier.ts';
import { ATTR_MESH_CONTEXT_UNREADABLE } from '../spans/attributes.ts';

/** The keys of `_meta` that carry context. */
export const META_KEYS: readonly string[] = ['traceparent', 'tracestate', 'baggage'];

type Meta = Record<string, unknown>;

/** `params` with the active context in `_meta`, in place of an earlier one; `params` itself where tracing is off. */
export function withTraceMeta<P extends { _meta?: Meta | undefined }>(params: P): P {
  const context = traceMeta();
  if (Object.keys(context).length === 0) return params;
  return { ...params, _meta: { ...pick(metaOf(params), (key) => !META_KEYS.includes(key)), ...context } };
}

/** A request or notification with the active context in its `_meta`. Returns `message` itself where tracing is off. */
export function withMessageMeta<M extends object>(message: M): M {
  const { params = {} } = message as { params?: unknown };
  const traced = isObject(params) ? withTraceMeta(params) : params;
  return traced === params ? message : { ...message, params: traced };
}

/** The active context for `_meta`: the W3C keys only, since tenant and user are never sent to an MCP server. */
function traceMeta(): Meta {
  return pick(injectContext('mcp'), (key) => META_KEYS.includes(key));
}

/** The context of `_meta`, where it is text. Only the W3C keys are read, so a caller cannot set an MCP context. */
export function metaCarrier(params: unknown): Meta {
  return pick(metaOf(params), (key, value) => META_KEYS.includes(key) && typeof value === 'string');
}

/** Names, as an attribute, the keys of `_meta` that hold no text, or a `traceparent` from which no trace could be read. */
export function unreadableContext(params: unknown, isTraceRead: boolean): Attributes {
  const isUnreadable = (key: string, value: unknown) =>
    META_KEYS.includes(key) && (typeof value !== 'string' || (key === 'traceparent' && !isTraceRead));
  const keys = Object.keys(pick(metaOf(params), isUnreadable));
  return keys.length > 0 ? { [ATTR_MESH_CONTEXT_UNREADABLE]: keys } : {};
}

/** The `_meta` of a message's params; empty where it is absent or not an object. */
export function metaOf(params: unknown): Meta {
  const meta = isObject(params) ? params._meta : undefined;
  return isObject(meta) ? meta : {};
}

export const isObject = (value: unknown): value is Meta =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const pick = (from: Meta, wanted: (key: string, value: unknown) => boolean): Meta =>
  Object.fromEntries(Object.entries(from).filter(([key, value]) => wanted(key, value)));
