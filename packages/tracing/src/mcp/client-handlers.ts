// MCP, the client's end of what a server requests: sampling, elicitation, roots. In the 2025 era these are JSON-RPC
// requests, in the 2026 era parts of a result; the handlers that the client registers are the one place that both pass.
import { addAbortListener } from 'node:events';
import type { Client, ClientContext } from '@modelcontextprotocol/client';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { extractFromOutside, runInContext } from '../context/carrier.ts';
import { recordError, startSpan } from '../spans/span.ts';
import { metaCarrier, unreadableContext } from './meta.ts';

type Handler = (...args: unknown[]) => unknown;

/**
 * Gives every request of the server a SERVER span, a child of the server's span by `_meta`, in which the handler runs.
 * Notification handlers run in the context of `_meta`, without a span. Wrap the client before its handlers are
 * registered.
 */
export function traceMcpClient(client: Client): Client {
  const { setRequestHandler, setNotificationHandler } = client;
  client.setRequestHandler = (method: string, ...rest: unknown[]) => {
    const handler = rest.pop() as Handler;
    const traced = (request: unknown, ctx: ClientContext) =>
      inServerSpan(client, method, ctx.mcpReq, () => handler(request, ctx));
    Reflect.apply(setRequestHandler, client, [method, ...rest, traced]);
  };
  client.setNotificationHandler = (method: string, ...rest: unknown[]) => {
    const handler = rest.pop() as Handler;
    const traced = (...args: unknown[]) => {
      const { params } = args.at(-1) as { params?: unknown };
      return runInContext(extractFromOutside(metaCarrier(params)), () => handler(...args));
    };
    Reflect.apply(setNotificationHandler, client, [method, ...rest, traced]);
  };
  return client;
}

async function inServerSpan(
  client: Client,
  method: string,
  { id, signal, _meta }: ClientContext['mcpReq'],
  work: () => unknown,
): Promise<unknown> {
  const version = client.getNegotiatedProtocolVersion();
  // From the root: the reader of a connection keeps the context in which the connection was opened.
  const parent = extractFromOutside(metaCarrier({ _meta }));
  const attributes = {
    'mcp.method.name': method,
    ...(version && { 'mcp.protocol.version': version }),
    // In the 2026 era the id is a key of the result, not a JSON-RPC id.
    ...(typeof id === 'number' && { 'jsonrpc.request.id': String(id) }),
    ...unreadableContext({ _meta }, trace.getSpanContext(parent) !== undefined),
  };
  const { span, ctx } = startSpan(method, { kind: SpanKind.SERVER, parent, attributes });
  const cancel = () => {
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'cancelled' });
    span.setAttribute('error.type', 'cancelled');
    span.addEvent('cancelled').end();
  };
  using _ = addAbortListener(signal, cancel);
  try {
    return await runInContext(ctx, work);
  } catch (error) {
    if (!signal.aborted) recordError(span, error);
    throw error;
  } finally {
    if (!signal.aborted) span.end();
  }
}
