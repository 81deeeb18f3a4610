// OpenTelemetry in the page: the trace begins at the click. Contexts are arguments, because no context manager follows
// a native `await` in a browser.
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { BROWSER } from '@trace-mesh/scenarios/browser';
import { refineEnd, refineStart } from '@trace-mesh/tracing/span-time';

export type { Context, Span };
export { ROOT_CONTEXT, SpanKind };

/** How long spans wait for others before they are sent, in ms. */
const EXPORT_DELAY_MS = 200;

/** The share of clicks whose trace is sampled, 0 to 1; see knob-panel.tsx. */
let ratio = 1;
export const setRatio = (value: number): void => {
  ratio = value;
};

/** The SDK starts spans at whole milliseconds. */
const times: SpanProcessor = {
  onStart: refineStart,
  onEnding: refineEnd,
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': BROWSER }),
  sampler: new ParentBasedSampler({
    root: {
      toString: () => 'click',
      shouldSample: (ctx, traceId) => new TraceIdRatioBasedSampler(ratio).shouldSample(ctx, traceId),
    },
  }),
  spanProcessors: [
    times,
    new BatchSpanProcessor({
      exporter: new OTLPTraceExporter({ url: new URL('/v1/traces', location.href).href }),
      scheduledDelayMillis: EXPORT_DELAY_MS,
    }),
  ],
});
const tracer = provider.getTracer('@trace-mesh/console');
const propagator = new W3CTraceContextPropagator();

/** Exports every span that has ended. */
export const flush = (): Promise<void> => provider.forceFlush();

/** Starts a span below `parent`; the caller ends it. */
export function startSpan(name: string, parent: Context, init: SpanOptions): { span: Span; ctx: Context } {
  const span = tracer.startSpan(name, init, parent);
  return { span, ctx: trace.setSpan(parent, span) };
}

/** Runs `work` in a span below `parent`; an error marks the span and is rethrown. */
export async function withSpan<T>(
  name: string,
  parent: Context,
  init: SpanOptions,
  work: (ctx: Context, span: Span) => Promise<T> | T,
): Promise<T> {
  const { span, ctx } = startSpan(name, parent, init);
  try {
    return await work(ctx, span);
  } catch (error) {
    const { name: type, message } = error instanceof Error ? error : new Error(String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    span.setAttribute('error.type', type);
    throw error;
  } finally {
    span.end();
  }
}

/** `traceparent`, and `tracestate` if there is one. */
export function inject(ctx: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(ctx, carrier, defaultTextMapSetter);
  return carrier;
}

/** The context of a message; the root if it has none. */
export function extract(carrier: Record<string, string>): Context {
  return propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

/** Ids and flags; an invalid context without a span. */
export const spanContextOf = (ctx: Context) => trace.getSpanContext(ctx) ?? INVALID_SPAN_CONTEXT;
export const linkTo = (ctx: Context): Link[] => {
  const context = trace.getSpanContext(ctx);
  return context ? [{ context }] : [];
};

/** The server attributes of a CLIENT span. */
export const serverOf = ({ hostname, port, protocol }: URL) => ({
  'server.address': hostname,
  'server.port': Number(port || (/^(http|ws)s:$/.test(protocol) ? 443 : 80)),
});
