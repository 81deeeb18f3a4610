// Faults of spans rather than of carriers: spans of a service start without parent or links, or do not end.
import {
  type Context,
  context,
  type ProxyTracerProvider,
  type Span,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type Fault, faultsOfService } from './faults.ts';
import { isBroken, service } from './state.ts';

/** Wraps every tracer of the process. For use after the SDK has started and before its first span. */
export function breakSpans(): void {
  const proxy = trace.getTracerProvider() as ProxyTracerProvider;
  const provider = proxy.getDelegate();
  proxy.setDelegate({ getTracer: (name, ...rest) => broken(provider.getTracer(name, ...rest), name) });
}

/** The context outside each span that loses its children. */
const outside = new WeakMap<Span, Context>();

function broken(inner: Tracer, scope: string): Tracer {
  const startSpan: Tracer['startSpan'] = (name, options = {}, ctx = context.active()) => {
    const loses = (what: Fault['loses']) =>
      isBroken(
        (fault) => fault.loses === what && 'spans' in fault && !!fault.spans?.test(`${scope} ${name}`),
      );
    const active = trace.getSpan(ctx);
    const around = (active && outside.get(active)) ?? ctx;
    const linked = loses('sender') && options.links?.[0]?.context;
    const sender = linked ? trace.setSpanContext(around, linked) : around;
    const parent = loses('parent') ? trace.deleteSpan(sender) : sender;
    const span = inner.startSpan(name, loses('links') ? { ...options, links: [] } : options, parent);
    if (loses('children')) outside.set(span, parent);
    return loses('end') ? neverEndsCancelled(span) : span;
  };
  // `startActiveSpan` of the SDK's tracer calls `this.startSpan`.
  return Object.assign(Object.create(inner) as Tracer, { startSpan });
}

function neverEndsCancelled(span: Span): Span {
  const addEvent = span.addEvent.bind(span);
  span.addEvent = (name, ...rest) => {
    if (name === 'cancelled') span.end = () => undefined;
    return addEvent(name, ...rest);
  };
  return span;
}

/** The trailing metadata of errors: not a matter of spans or carriers. Loads gRPC, so only after the SDK has started. */
export async function breakErrors(): Promise<void> {
  if (!faultsOfService(service).some(({ loses }) => loses === 'error')) return;
  const { DETAILS_KEY } = await import('@trace-mesh/tracing/error-grpc');
  const { Metadata } = await import('@grpc/grpc-js');
  const { set } = Metadata.prototype;
  Metadata.prototype.set = function (key, value) {
    if (key !== DETAILS_KEY || !isBroken(({ loses }) => loses === 'error')) set.call(this, key, value);
  };
}
