// MCP, the server's end: one SERVER span for each request, whatever the transport and the protocol era. The hard part is
// that it always ends, since a cancelled call is never answered.
import type { McpServer, Transport } from '@modelcontextprotocol/server';
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { allowBaggage } from '../context/baggage-allow-list.ts';
import { type McpContext, withMcpContext } from '../context/mcp-context.ts';
import { rootWithSamplingRequest } from '../sampling/request.ts';
import { linkTo, startSpan } from '../spans/span.ts';
import {
  cancelledRequest,
  describeRequest,
  isRequest,
  isResponse,
  type KnownNames,
  type McpRequest,
  type McpResponse,
  type Surroundings,
} from './message.ts';
import { metaCarrier } from './meta.ts';
import { recordOperationDuration } from './metrics.ts';

/** What the transport knows of whoever calls. */
export interface TraceMcpOptions {
  /** `http` runs inside the HTTP SERVER span of the request; `stdio` has none. */
  transport: 'http' | 'stdio';
  /** The caller's verified identity: the MCP context that every call carries on. */
  identity?: McpContext;
}

/**
 * Gives every request that `server` receives a SERVER span: child of the `_meta` context and linked to the HTTP span, or
 * child of the HTTP span where `_meta` holds no valid context. Handlers run in it. It ends with the response, or at once
 * when the call is cancelled or the connection closes. Wrap the server before its tools and prompts are registered: only
 * registered names become part of span names.
 */
export function traceMcpServer(server: McpServer, options: TraceMcpOptions): McpServer {
  const known = noteNames(server);
  const connect = server.server.connect.bind(server.server);
  server.server.connect = async (transport: Transport) => {
    await connect(transport);
    const around = () => ({ known, negotiatedVersion: server.server.getNegotiatedProtocolVersion() });
    traceTransport(transport, options, around);
  };
  return server;
}

function noteNames(server: McpServer): KnownNames {
  const known = { tools: new Set<string>(), prompts: new Set<string>() };
  const { registerTool, registerPrompt } = server;
  server.registerTool = (name: string, ...rest: unknown[]) => {
    known.tools.add(name);
    return Reflect.apply(registerTool, server, [name, ...rest]);
  };
  server.registerPrompt = (name: string, ...rest: unknown[]) => {
    known.prompts.add(name);
    return Reflect.apply(registerPrompt, server, [name, ...rest]);
  };
  return known;
}

interface Operation {
  span: Span;
  startedAt: number;
  attributes: Attributes;
}

function traceTransport(
  transport: Transport,
  options: TraceMcpOptions,
  around: () => Omit<Surroundings, 'headers'>,
): void {
  // A list for each id: a client that uses one twice at a time breaks the protocol, but must not leak a span.
  const open = new Map<string | number, Operation[]>();
  const { onmessage, onclose } = transport;
  const send = transport.send.bind(transport);

  const end = (id: string | number, outcome: Outcome) => {
    const [operation, ...others] = open.get(id) ?? [];
    if (!operation) return;
    if (others.length > 0) open.set(id, others);
    else open.delete(id);
    finish(operation, outcome);
  };

  transport.onmessage = (message, extra) => {
    const cancelled = cancelledRequest(message);
    if (cancelled !== undefined) end(cancelled, CANCELLED);
    if (!isRequest(message)) return onmessage?.(message, extra);
    const { operation, ctx } = start(message, options, { ...around(), headers: extra?.request?.headers });
    open.set(message.id, [...(open.get(message.id) ?? []), operation]);
    context.with(ctx, () => onmessage?.(message, extra));
  };
  transport.send = (message, sendOptions) => {
    if (isResponse(message)) end(message.id, outcomeOf(message));
    return send(message, sendOptions);
  };
  transport.onclose = () => {
    const left = [...open.values()].flat();
    open.clear();
    for (const operation of left) finish(operation, CANCELLED);
    onclose?.();
  };
}

function start(request: McpRequest, options: TraceMcpOptions, around: Surroundings) {
  const { name, shared, own } = describeRequest(request, around);
  const attributes = {
    ...shared,
    ...(options.transport === 'http'
      ? { 'network.transport': 'tcp', 'network.protocol.name': 'http' }
      : { 'network.transport': 'pipe' }),
  };
  const { parent, http } = contextOf(request, options);
  const { span, ctx } = startSpan(name, {
    kind: SpanKind.SERVER,
    parent: options.identity ? withMcpContext(parent, options.identity) : parent,
    links: http ? linkTo(http) : [],
    attributes: { ...attributes, ...own },
  });
  return { operation: { span, startedAt: performance.now(), attributes }, ctx };
}

/** `_meta` wins over HTTP headers; a malformed one counts as none. `http` is set where it is not the parent. */
function contextOf(request: McpRequest, { transport }: TraceMcpOptions): { parent: Context; http?: Context } {
  // The listener of stdin lives as long as the process: its context is nobody's request.
  const http = transport === 'http' ? allowBaggage(context.active()) : ROOT_CONTEXT;
  const meta = allowBaggage(propagation.extract(rootWithSamplingRequest(http), metaCarrier(request.params)));
  return trace.getSpanContext(meta) ? { parent: meta, http } : { parent: http };
}

/** Empty when all went well; the same words mark the span and the metric. */
interface Outcome {
  attributes: Attributes;
  message?: string;
}
const CANCELLED: Outcome = { attributes: { 'error.type': 'cancelled' }, message: 'cancelled' };

/** The tool's own failure (`isError`) and a JSON-RPC error both count; `error.type` tells which. */
function outcomeOf({ error, result }: McpResponse): Outcome {
  if (error) {
    const code = String(error.code);
    return { attributes: { 'error.type': code, 'rpc.status_code': code }, message: error.message };
  }
  if (result?.isError !== true) return { attributes: {} };
  return { attributes: { 'error.type': 'tool_error' }, message: 'the tool reported an error' };
}

function finish({ span, startedAt, attributes }: Operation, outcome: Outcome): void {
  // No exception event: whatever failed has been recorded where it arose.
  if (outcome.message !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.message });
    span.setAttributes(outcome.attributes);
  }
  if (outcome === CANCELLED) span.addEvent('cancelled');
  span.end();
  recordOperationDuration((performance.now() - startedAt) / 1000, { ...attributes, ...outcome.attributes });
}
