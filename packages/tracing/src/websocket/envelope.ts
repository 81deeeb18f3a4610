// The JSON envelope of WebSocket messages: {"type":"task.updated","trace_context":{…},"data":…}. An open WebSocket has no headers,
// and one connection carries messages of many traces, so every message has its own context.
import { z } from 'zod';
import type { Carrier } from '../context/carrier.ts';
import type { Codec } from './codec.ts';

const toHex = (flags: number) => flags.toString(16).padStart(2, '0');

/** W3C and MCP context under the envelope's names; a peer may send the flags as a number. Other members are ignored. */
export const TraceContext = z.object({
  trace_id: z.string().regex(/^[0-9a-f]{32}$/),
  span_id: z.string().regex(/^[0-9a-f]{16}$/),
  trace_flags: z.union([z.string().regex(/^[0-9a-f]{2}$/), z.int().min(0).max(255).transform(toHex)]),
  trace_state: z.string().optional(),
  baggage: z.string().optional(),
  tenant_id: z.string().optional(),
  user_id: z.string().optional(),
  session_id: z.string().optional(),
  cost_limit: z.string().optional(),
});
export type TraceContext = z.infer<typeof TraceContext>;

/** One message: `type` names it, `data` is its payload. A malformed context is dropped, the message is kept. */
export const Envelope = z.object({
  type: z.string().min(1).max(64),
  trace_context: TraceContext.optional().catch(undefined),
  data: z.unknown().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

const FIELDS = {
  trace_state: 'tracestate',
  baggage: 'baggage',
  tenant_id: 'x-mcp-tenant-id',
  user_id: 'x-mcp-user-id',
  session_id: 'x-mcp-session-id',
  cost_limit: 'x-mcp-cost-limit',
} as const;
const fields = Object.entries(FIELDS) as [keyof typeof FIELDS, string][];

/** The envelope's form of an injected carrier; undefined without a trace. */
export function toTraceContext(carrier: Carrier): TraceContext | undefined {
  const [, trace_id, span_id, trace_flags] = (carrier.traceparent ?? '').split('-');
  if (!trace_id || !span_id || !trace_flags) return undefined;
  const rest = fields.flatMap(([field, key]) => (carrier[key] ? [[field, carrier[key]]] : []));
  return { trace_id, span_id, trace_flags, ...Object.fromEntries(rest) };
}

/** The carrier of an envelope's context; empty without one. */
export function fromTraceContext(tc: TraceContext | undefined): Carrier {
  if (!tc) return {};
  const rest = fields.flatMap(([field, key]) => (tc[field] ? [[key, tc[field]]] : []));
  return {
    traceparent: `00-${tc.trace_id}-${tc.span_id}-${tc.trace_flags}`,
    ...(Object.fromEntries(rest) as Carrier),
  };
}

/** The subprotocol of the JSON envelope, also used with clients that name none. */
export const JSON_PROTOCOL = 'mesh.v1.json';
/** The default limit of an envelope, in bytes: that of a binary frame's payload. */
const MAX_ENVELOPE_BYTES = 1024 * 1024;

/** Stable: sent to the peer as the error's code. */
export type EnvelopeErrorCode = 'malformed' | 'too_large';

/** The message is not an envelope, or too large. */
export class EnvelopeError extends Error {
  override name = 'EnvelopeError';
  readonly code: EnvelopeErrorCode;
  constructor(code: EnvelopeErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Messages as JSON envelopes of at most `maxBytes`. Reading throws an `EnvelopeError`. */
export const envelopeCodec = (maxBytes: number): Codec => ({
  transport: 'websocket',
  protocol: JSON_PROTOCOL,
  encode({ type, data }, carrier) {
    const trace_context = toTraceContext(carrier);
    return JSON.stringify({ type, ...(trace_context && { trace_context }), data });
  },
  decode(bytes) {
    if (bytes.length > maxBytes) throw new EnvelopeError('too_large', 'the message is too large');
    const { type, trace_context, data } = parse(bytes);
    return { type, data, carrier: fromTraceContext(trace_context) };
  },
});

/** The envelope with the default limit. */
export const jsonCodec = envelopeCodec(MAX_ENVELOPE_BYTES);

function parse(bytes: Buffer): Envelope {
  try {
    return Envelope.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    throw new EnvelopeError('malformed', 'the message is not an envelope', error);
  }
}
