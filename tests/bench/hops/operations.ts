// The operations of one hop, through OpenTelemetry's API: the preload decides whose implementation runs.
import { context, propagation, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { frameCodec, jsonCodec } from '@trace-mesh/tracing/websocket';

const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isRemote: true };
const within = (traceFlags: TraceFlags) => trace.setSpanContext(ROOT_CONTEXT, { ...IDS, traceFlags });
const sampled = within(TraceFlags.SAMPLED);
const unsampled = within(TraceFlags.NONE);
const entries = { region: { value: 'eu' }, plan: { value: 'gold' }, release: { value: '2026-11' } };
const withBaggage = propagation.setBaggage(sampled, propagation.createBaggage(entries));

const injected = (ctx: typeof sampled) => {
  const carrier: Record<string, string> = {};
  propagation.inject(ctx, carrier);
  return carrier;
};
const plain = injected(sampled);
const loaded = injected(withBaggage);

const tracer = trace.getTracer('bench');
const init = {
  kind: SpanKind.SERVER,
  attributes: { 'http.request.method': 'GET', 'http.route': '/work/:item', 'url.path': '/work/7' },
};
const span = (parent: typeof sampled) => () => tracer.startSpan('GET /work/:item', init, parent).end();

const frames = frameCodec({ work: { type: 'request', method: 3 } });
const message = { type: 'work', data: { item: 7, text: 'x'.repeat(100) } };
// OpenTelemetry has no format for WebSocket: ours are compared with JSON that carries no context.
const isUpstream = process.env.BENCH_SIDE === 'upstream';
const text = Buffer.from(isUpstream ? JSON.stringify(message) : jsonCodec.encode(message, plain));
const frame = isUpstream ? text : (frames.encode(message, plain) as Buffer);
const encode = () => JSON.stringify(message);
const decode = () => JSON.parse(String(text));

export const operations: Record<string, () => unknown> = {
  inject: () => propagation.inject(sampled, {}),
  'inject with baggage': () => propagation.inject(withBaggage, {}),
  extract: () => propagation.extract(ROOT_CONTEXT, plain),
  'extract with baggage': () => propagation.extract(ROOT_CONTEXT, loaded),
  'context.with': () => context.with(sampled, () => context.active()),
  'span, root': span(ROOT_CONTEXT),
  'span, parent sampled': span(sampled),
  'span, parent not sampled': span(unsampled),
  'JSON message, encode': isUpstream ? encode : () => jsonCodec.encode(message, plain),
  'JSON message, decode': isUpstream ? decode : () => jsonCodec.decode(text),
  'binary frame, encode': isUpstream ? encode : () => frames.encode(message, plain),
  'binary frame, decode': isUpstream ? decode : () => frames.decode(frame),
};
