// MCP, the server's end, in every transport and both protocol eras: a SERVER span for each request of the client, a
// CLIENT span for each request that the server makes itself (sampling, elicitation, roots), and context in the `_meta`
// of what it sends.
import type { McpServer } from '@modelcontextprotocol/server';
import { type Context, context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { allowBaggage } from '../context/baggage-allow-list.ts';
import { type McpContext, withMcpContext } from '../context/mcp-context.ts';
import { rootWithSamplingRequest } from '../sampling/request.ts';
import { linkTo } from '../spans/span.ts';
import {
  cancelledRequest,
  inputRequestsOf,
  isRequest,
  isResponse,
  type KnownNames,
  type McpRequest,
  type McpResponse,
  type Surroundings,
} from './message.ts';
import { metaCarrier, unreadableContext, withMessageMeta } from './meta.ts';
import { CANCELLED, OpenOperations, outcomeOf, startOperation } from './operations.ts';
import { type MessageHooks, wrapTransport } from './transport.ts';

export { cancelledRequest } from './message.ts';
export { type MessageHooks, wrapTransport } from './transport.ts';

/** What the transport knows of the caller. */
export interface TraceMcpOptions {
  /** `http` runs inside the HTTP SERVER span of the request; `stdio` has none. */
  transport: 'http' | 'stdio';
  /** The caller's verified identity: the MCP context that every call carries on. */
  identity?: McpContext;
}

/**
 * Gives every request that `server` receives a SERVER span: child of the `_meta` context and linked to the HTTP span, or
 * child of the HTTP span where `_meta` holds no valid context. Handlers run in it. It ends with the response, or
 * immediately when the call is cancelled or the connection closes. Requests and notifications of the server carry its
 * context in `_meta`. Wrap the server before its tools and prompts are registered: only registered names become part of
 * span names.
 */
export function traceMcpServer(server: McpServer, options: TraceMcpOptions): McpServer {
  const { transport } = options;
  const known = noteNames(server);
  const around = (headers?: Headers): Surroundings => ({
    transport,
    known,
    headers,
    negotiatedVersion: server.server.getNegotiatedProtocolVersion(),
  });
  return wrapTransport(server, () => hooksFor(options, around));
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

type Around = (headers?: Headers) => Surroundings;

function hooksFor(options: TraceMcpOptions, around: Around): MessageHooks {
  const calls = new OpenOperations();
  const asked = new OpenOperations();
  return {
    received(message, next, extra) {
      const cancelled = cancelledRequest(message);
      if (cancelled !== undefined) calls.end(cancelled, CANCELLED);
      if (isResponse(message)) asked.end(message.id, outcomeOf(message));
      if (!isRequest(message)) return next();
      const { operation, ctx } = startCall(message, options, around(extra?.request?.headers));
      calls.add(message.id, operation);
      context.with(ctx, () => next());
    },
    async sent(message, next) {
      if (isResponse(message)) {
        const response = withTracedInput(message, around);
        calls.end(message.id, outcomeOf(message));
        return next(response as typeof message);
      }
      const cancelled = cancelledRequest(message);
      if (cancelled !== undefined) asked.end(cancelled, CANCELLED);
      // A ping belongs to the connection, not to a call.
      if (!isRequest(message) || message.method === 'ping') return next(withMessageMeta(message));
      const { operation, ctx } = startOperation(message, around(), { kind: SpanKind.CLIENT });
      asked.add(message.id, operation);
      try {
        await context.with(ctx, () => next(withMessageMeta(message)));
      } catch (error) {
        asked.end(message.id, { attributes: { 'error.type': 'send_failed' }, message: String(error) });
        throw error;
      }
    },
    closed() {
      calls.cancelAll();
      asked.cancelAll();
    },
  };
}

function startCall(request: McpRequest, options: TraceMcpOptions, around: Surroundings) {
  const { parent, http } = contextOf(request, options);
  return startOperation(request, around, {
    kind: SpanKind.SERVER,
    parent: options.identity ? withMcpContext(parent, options.identity) : parent,
    links: http ? linkTo(http) : [],
    attributes: unreadableContext(request.params, http !== undefined),
  });
}

/** `_meta` wins over HTTP headers; a malformed one is ignored. `http` is set where it is not the parent. */
function contextOf(request: McpRequest, { transport }: TraceMcpOptions): { parent: Context; http?: Context } {
  // The listener of stdin lives as long as the process, so its active context belongs to no request.
  const http = transport === 'http' ? allowBaggage(context.active()) : ROOT_CONTEXT;
  const meta = allowBaggage(propagation.extract(rootWithSamplingRequest(http), metaCarrier(request.params)));
  return trace.getSpanContext(meta) ? { parent: meta, http } : { parent: http };
}

/**
 * In the 2026 era a server puts its requests into the result `input_required`, and the client repeats the call with the
 * responses. The span of each request therefore ends when it is sent.
 */
function withTracedInput(response: McpResponse, around: Around): McpResponse {
  const inputRequests = inputRequestsOf(response);
  if (!inputRequests) return response;
  const traced = Object.entries(inputRequests).map(([key, request]) => {
    const { operation, ctx } = startOperation(request, around(), { kind: SpanKind.CLIENT });
    operation.span.end();
    return [key, context.with(ctx, () => withMessageMeta(request))];
  });
  return { ...response, result: { ...response.result, inputRequests: Object.fromEntries(traced) } };
}
