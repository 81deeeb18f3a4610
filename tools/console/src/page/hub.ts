// The page's connection to the hub. A browser's WebSocket sets no headers, so token and context travel as subprotocols;
// each message then has its context in its envelope.
import { BROWSER } from '@trace-mesh/scenarios/browser';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import { ownRecord } from './own-wire.ts';
import { sent } from './state.ts';
import { type Context, extract, inject, linkTo, SpanKind, serverOf, startSpan, withSpan } from './tracing.ts';

const PROTOCOL = 'mesh.v1.json';
/** How long the hub may take to open the socket, and to acknowledge a subscription, in ms. */
const TIMEOUT_MS = 5_000;

interface Envelope {
  type: string;
  data: unknown;
  trace_context?: { trace_id: string; span_id: string; trace_flags: string };
}

export interface HubOptions {
  url: string;
  token: string;
  taskId: string;
  /** The click. */
  parent: Context;
  /** Whether to send the page's context; without it the hub begins a new trace. */
  carry: boolean;
  onEvent: (event: TaskEvent) => void;
}

export interface PageListener extends Disposable {
  /** Resolves with the task's last event; rejects when the socket closes first. */
  ended: Promise<TaskEvent>;
}

/** Subscribes to a task; resolves when the hub has acknowledged. Rejects when the hub refuses or times out. */
export async function listen(options: HubOptions): Promise<PageListener> {
  const { url, token, taskId, parent, carry, onEvent } = options;
  const context = (ctx: Context) => (carry ? inject(ctx) : {});
  const { socket, connection } = await open();
  const acknowledged = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<TaskEvent>();
  ended.promise.catch(() => undefined); // it may reject before it is awaited
  const fail = (reason: string) => {
    acknowledged.reject(new Error(reason));
    ended.reject(new Error(reason));
  };
  socket.onclose = ({ reason }) => fail(reason || 'the hub closed the connection');
  socket.onmessage = ({ data }) => receive(JSON.parse(data) as Envelope);
  await send('subscribe', { taskId });
  const overdue = setTimeout(() => fail('the hub did not acknowledge the subscription'), TIMEOUT_MS);
  await acknowledged.promise.finally(() => clearTimeout(overdue));
  return { ended: ended.promise, [Symbol.dispose]: () => socket.close(1000) };

  function open(): Promise<{ socket: WebSocket; connection: Context }> {
    const hub = new URL(url);
    const { pathname } = hub;
    const attributes = {
      'http.request.method': 'GET',
      'url.full': url,
      'url.template': pathname,
      ...serverOf(hub),
      'mesh.agent.id': BROWSER,
    };
    return withSpan(`GET ${pathname}`, parent, { kind: SpanKind.CLIENT, attributes }, async (ctx, span) => {
      const { traceparent } = context(ctx);
      const carrier = traceparent ? [`traceparent.${traceparent}`] : [];
      const offers = [`bearer.${token}`, `agent-id.${BROWSER}`, ...carrier];
      sent(ownRecord(ctx, 'ws-handshake', 'subprotocols', carrier));
      const opening = new WebSocket(url, [PROTOCOL, ...offers]);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const overdue = setTimeout(() => reject(new Error('the hub does not respond')), TIMEOUT_MS);
      opening.onopen = () => resolve();
      opening.onerror = () => reject(new Error('the hub is unreachable or refused the connection'));
      await promise.finally(() => clearTimeout(overdue));
      span.setAttribute('http.response.status_code', 101);
      return { socket: opening, connection: ctx };
    });
  }

  async function send(type: string, data: unknown): Promise<void> {
    await withSpan(`send ${type}`, parent, spanOf('send', type, SpanKind.PRODUCER), (ctx) => {
      const [, trace_id, span_id, trace_flags] = (context(ctx).traceparent ?? '').split('-');
      const trace_context = trace_id && { trace_id, span_id, trace_flags };
      sent(ownRecord(ctx, 'websocket', 'envelope', trace_context ? [JSON.stringify({ trace_context })] : []));
      socket.send(JSON.stringify({ type, ...(trace_context && { trace_context }), data }));
    });
  }

  function receive({ type, data, trace_context: sender }: Envelope): void {
    const traceparent = sender && `00-${sender.trace_id}-${sender.span_id}-${sender.trace_flags}`;
    const from = extract(traceparent ? { traceparent } : {});
    const { span } = startSpan(`process ${type}`, from, spanOf('process', type, SpanKind.CONSUMER));
    if (type === 'subscribed') acknowledged.resolve();
    if (type === 'error') fail((data as { message?: string }).message ?? 'the hub refused');
    if (type === 'task.updated') {
      const event = data as TaskEvent;
      onEvent(event);
      if (event.status !== 'running') ended.resolve(event);
    }
    span.end();
  }

  function spanOf(operation: 'send' | 'process', type: string, kind: SpanKind) {
    const attributes = {
      'messaging.system.name': 'websocket',
      'messaging.destination.name': type,
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'mesh.ws.protocol': PROTOCOL,
      'mesh.agent.id': BROWSER,
    };
    return { kind, attributes, links: linkTo(connection) };
  }
}
