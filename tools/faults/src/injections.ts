// The propagator of a mesh with faults: it injects nothing where a fault says so, and keeps what is sent. Loaded before the
// SDK, so it must not load a library that the instrumentations patch.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { type Context, type Span, type TextMapPropagator, trace } from '@opentelemetry/api';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import { transportOf } from '@trace-mesh/tracing/transport';
import { isBroken, keepInjection, nameOf } from './state.ts';

/** For `decoratePropagator`, before `register`. */
export function breakInjections(inner: TextMapPropagator): TextMapPropagator {
  return {
    inject(ctx, carrier, setter) {
      const transport = isMetadata(carrier) ? 'grpc' : transportOf(ctx);
      if (!transport || !isInjectionBroken(ctx, transport)) inner.inject(ctx, carrier, setter);
      if (transport) keep(transport, trace.getSpan(ctx), carrier as Carrier);
    },
    extract: (ctx, carrier, getter) => inner.extract(ctx, carrier, getter),
    fields: () => inner.fields(),
  };
}

function isInjectionBroken(ctx: Context, transport: string): boolean {
  const name = nameOf(trace.getSpan(ctx));
  return isBroken(
    (fault) =>
      fault.loses === 'context' && fault.transports.includes(transport) && (fault.spans?.test(name) ?? true),
  );
}

/** The metadata of `@grpc/grpc-js`, recognised by its method, since the library must not be loaded yet. */
const isMetadata = (carrier: unknown): carrier is { getMap(): Record<string, unknown> } =>
  typeof carrier === 'object' && carrier !== null && 'getMap' in carrier;

function keep(transport: string, span: Span | undefined, carrier: object): void {
  if (transport === 'http') {
    if (span && request) fetching.set(request, span);
  } else if (span && /^websocket-(headers|protocol)$/.test(transport)) {
    // The request is made in the same synchronous call, but outside its span, since tracing is suppressed there.
    handshake = { span, transport };
    queueMicrotask(() => {
      handshake = undefined;
    });
  } else keepInjection(transport, span, { ...(isMetadata(carrier) ? carrier.getMap() : carrier) } as Carrier);
}

// The headers of a request are read from Node's own channels, as they are written: there the request id and the credentials
// stand beside the context.

let request: object | undefined;
const fetching = new WeakMap<object, Span>();
let handshake: { span: Span; transport: string } | undefined;

// Subscribed before the instrumentation, which injects in its own subscription, in the same synchronous call.
subscribe('undici:request:create', (message) => {
  request = (message as { request: object }).request;
  queueMicrotask(() => {
    request = undefined;
  });
});

subscribe('undici:client:sendHeaders', (message) => {
  const { request: sent, headers } = message as { request: object; headers: string };
  const span = fetching.get(sent);
  if (span) keepInjection('http', span, headersOf(headers));
});

subscribe('http.client.request.created', (message) => {
  if (!handshake) return;
  const headers = (message as { request: ClientRequest }).request.getHeaders();
  keepInjection(handshake.transport, handshake.span, headers as Carrier);
});

/** Name and value of each line of a request's head. */
function headersOf(head: string): Carrier {
  return Object.fromEntries(
    head.split('\r\n').flatMap((line) => {
      const at = line.indexOf(': ');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 2)]] : [];
    }),
  );
}
