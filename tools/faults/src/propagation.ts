// What the rewritten lines around the propagator call: HTTP and gRPC, where the instrumentations inject by themselves.
// Loaded while the SDK starts, so that it may load nothing that the instrumentations patch.
import { subscribe } from 'node:diagnostics_channel';
import { type Context, type Span, type TextMapPropagator, trace } from '@opentelemetry/api';
import { isDropped, tell } from './here.ts';
import { headerText } from './wire-text.ts';

const MUTE = { set() {} };

/** The spans of `fetch`, and each request's: its headers are known only when they are written. */
const fetching = new WeakSet<Span>();
const spanOf = new WeakMap<object, Span>();

/** For the hook of the undici instrumentation, which it calls just before it injects. */
export function noteFetch(span: Span, request: object): void {
  fetching.add(span);
  spanOf.set(request, span);
}

subscribe('undici:client:sendHeaders', (message) => {
  const { request, headers } = message as { request: object; headers: string };
  const span = spanOf.get(request);
  if (span) tell('http', 'headers', headerText(headerEntries(headers)), span);
});

/** Injects what `inner` does, unless the context is dropped over this carrier's transport. */
export function watching(inner: TextMapPropagator): TextMapPropagator {
  return {
    inject(ctx, carrier, setter) {
      const transport = transportOf(ctx, carrier);
      // Muted, not left out: the propagator has to hear of every injection, to know where the next one goes.
      inner.inject(ctx, carrier, transport && isDropped(transport) ? MUTE : setter);
      if (isMetadata(carrier)) {
        tell('grpc', 'metadata', headerText(Object.entries(carrier.getMap())), trace.getSpan(ctx));
      }
    },
    extract: (ctx, carrier, getter) => inner.extract(ctx, carrier, getter),
    fields: () => inner.fields(),
  };
}

/** Undefined for every other carrier: those have rewritten lines of their own. */
function transportOf(ctx: Context, carrier: unknown): 'http' | 'grpc' | undefined {
  if (isMetadata(carrier)) return 'grpc';
  const span = trace.getSpan(ctx);
  return span && fetching.has(span) ? 'http' : undefined;
}

/** gRPC's metadata, known by its look: to load the library here would be too early. */
function isMetadata(carrier: unknown): carrier is { getMap(): Record<string, unknown> } {
  return typeof carrier === 'object' && carrier !== null && 'getMap' in carrier;
}

/** Name and value of each line of a request's head. */
function headerEntries(head: string): [string, string][] {
  return head.split('\r\n').flatMap((line): [string, string][] => {
    const at = line.indexOf(': ');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 2)]] : [];
  });
}
