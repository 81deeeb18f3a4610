// MCP, both ends: context crosses in `params._meta` (traceparent, tracestate, baggage, unprefixed, as the MCP conventions
// say), because a JSON-RPC call may share its HTTP request, or have none (stdio).
import type { Client } from '@modelcontextprotocol/client';
import type { JSONRPCMessage, McpServer, Transport } from '@modelcontextprotocol/server';
import { context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api';
import { allowBaggage } from './baggage-allow-list.ts';
import { injectContext } from './carrier.ts';
import { type McpContext, withMcpContext } from './mcp-context.ts';
import { rootWithSamplingRequest } from './sampling-request.ts';
import { linkTo, recordError, startSpan, withSpan } from './span.ts';

const META_KEYS = ['traceparent', 'tracestate', 'baggage'] as const;

type CallToolParams = Parameters<Client['callTool']>[0];
type CallToolOptions = Parameters<Client['callTool']>[1];

/** Calls a tool in a CLIENT span, with its context in `_meta`. */
export function callTool(client: Client, params: CallToolParams, options?: CallToolOptions) {
  const attributes = {
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': params.name,
    'gen_ai.operation.name': 'execute_tool',
  };
  return withSpan(`tools/call ${params.name}`, { kind: SpanKind.CLIENT, attributes }, () =>
    client.callTool({ ...params, _meta: { ...params._meta, ...traceMeta() } }, options),
  );
}

/** The context of the running work, as `_meta` takes it: the three W3C keys and nothing of ours. */
function traceMeta(): Record<string, string> {
  const carrier = injectContext();
  return Object.fromEntries(META_KEYS.flatMap((key) => (carrier[key] ? [[key, carrier[key]]] : [])));
}

export interface TraceMcpOptions {
  /** `http` runs inside the HTTP SERVER span of the request; `stdio` has none. */
  transport: 'http' | 'stdio';
  /** The caller's verified identity: the MCP context that every call carries on. */
  identity?: McpContext;
}

/**
 * Gives every request that `server` receives a SERVER span: child of the `_meta` context and linked to the HTTP span, or
 * child of the HTTP span where `_meta` holds no valid context. Handlers run in it. It ends with the response, or at once
 * when the call is cancelled or the connection closes, since a cancelled call is never answered.
 */
export function traceMcpServer(server: McpServer, options: TraceMcpOptions): McpServer {
  const connect = server.server.connect.bind(server.server);
  server.server.connect = async (transport: Transport) => {
    await connect(transport);
    traceTransport(transport, options);
  };
  return server;
}

function traceTransport(transport: Transport, options: TraceMcpOptions): void {
  const open = new Map<string | number, Span>();
  const { onmessage, onclose } = transport;
  const send = transport.send.bind(transport);

  const end = (id: string | number, finish?: (span: Span) => void) => {
    const span = open.get(id);
    if (!span) return;
    open.delete(id);
    finish?.(span);
    span.end();
  };

  transport.onmessage = (message, extra) => {
    const cancelled = cancelledRequest(message);
    if (cancelled !== undefined) end(cancelled, markCancelled);
    if (!isRequest(message)) return onmessage?.(message, extra);
    const { span, ctx } = startServerSpan(message, options);
    open.set(message.id, span);
    context.with(ctx, () => onmessage?.(message, extra));
  };
  transport.send = (message, sendOptions) => {
    if (isResponse(message)) end(message.id, (span) => markOutcome(span, message));
    return send(message, sendOptions);
  };
  transport.onclose = () => {
    for (const id of [...open.keys()]) end(id, markCancelled);
    onclose?.();
  };
}

function startServerSpan(request: McpRequest, { transport, identity }: TraceMcpOptions) {
  const { method, params = {} } = request;
  const tool = method === 'tools/call' && typeof params.name === 'string' ? params.name : undefined;
  const sampling = rootWithSamplingRequest(context.active());
  const meta = allowBaggage(propagation.extract(sampling, pick(params._meta)));
  const http = allowBaggage(context.active());
  const fromMeta = trace.getSpanContext(meta) !== undefined;
  const base = fromMeta ? meta : http;
  return startSpan(tool ? `tools/call ${tool}` : method, {
    kind: SpanKind.SERVER,
    parent: identity ? withMcpContext(base, identity) : base,
    links: fromMeta ? linkTo(http) : [],
    attributes: {
      'mcp.method.name': method,
      'jsonrpc.request.id': String(request.id),
      'network.transport': transport === 'http' ? 'tcp' : 'pipe',
      ...(transport === 'http' && { 'network.protocol.name': 'http' }),
      ...(tool && { 'gen_ai.tool.name': tool, 'gen_ai.operation.name': 'execute_tool' }),
    },
  });
}

/** Only the W3C keys, and only strings: a caller outside cannot bring an MCP context along. */
function pick(meta: unknown): Record<string, string> {
  const source = (meta ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    META_KEYS.flatMap((key) => (typeof source[key] === 'string' ? [[key, source[key]]] : [])),
  );
}

/** The tool's own failure (`isError`) and JSON-RPC errors both mark the span; `error.type` tells which. */
function markOutcome(span: Span, message: McpResponse): void {
  if (message.error) {
    recordError(span, Object.assign(new Error(message.error.message), { name: String(message.error.code) }));
  } else if (message.result?.isError === true) {
    recordError(span, Object.assign(new Error('the tool reported an error'), { name: 'tool_error' }));
  }
}

function markCancelled(span: Span): void {
  span.setAttribute('error.type', 'cancelled');
  span.addEvent('cancelled');
}

interface McpRequest {
  id: string | number;
  method: string;
  params?: Record<string, unknown>;
}
interface McpResponse {
  id: string | number;
  result?: { isError?: unknown };
  error?: { code: number; message: string };
}

const isRequest = (m: JSONRPCMessage): m is JSONRPCMessage & McpRequest => 'method' in m && 'id' in m;
const isResponse = (m: JSONRPCMessage): m is JSONRPCMessage & McpResponse => !('method' in m) && 'id' in m;

function cancelledRequest(message: JSONRPCMessage): string | number | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  return (message.params as { requestId?: string | number } | undefined)?.requestId;
}
