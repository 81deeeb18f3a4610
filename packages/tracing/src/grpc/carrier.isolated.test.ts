import { createRequire } from 'node:module';
import type * as grpcTypes from '@grpc/grpc-js';
import { context, propagation, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { type DataPoint, type Histogram, MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterAll, expect, it, vi } from 'vitest';
import { withMcpContext } from '../context/mcp-context.ts';
import { prometheusReader } from '../sdk/prometheus.ts';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { patchGrpc } from './patch.ts';

const tracing = startTestTracing();
patchGrpc(new GrpcInstrumentation());
// Loaded after the instrumentation, which patches it.
const grpc = createRequire(import.meta.url)('@grpc/grpc-js') as typeof grpcTypes;

const reader = prometheusReader('prometheus') ?? expect.fail('no reader');
new MeterProvider({ readers: [reader] });

/** How many calls that ended with OK each side has measured. */
async function measuredCalls() {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const count = (side: string) => {
    const { dataPoints = [] } =
      all.find(({ descriptor }) => descriptor.name === `rpc.${side}.call.duration`) ?? {};
    const ok = (dataPoints as DataPoint<Histogram>[]).filter(
      ({ attributes }) => attributes['rpc.status_code'] === 'OK' && !('error.type' in attributes),
    );
    return ok.reduce((sum, { value }) => sum + value.count, 0);
  };
  return { client: count('client'), server: count('server') };
}

const serialize = (value: unknown) => Buffer.from(JSON.stringify(value));
const deserialize = (bytes: Buffer) => JSON.parse(String(bytes));
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Kinds/${name}`,
  requestStream,
  responseStream,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
});
const definition = {
  One: method('One', false, false),
  Down: method('Down', false, true),
  Up: method('Up', true, false),
  Both: method('Both', true, true),
};

const SERVER_SPANS = Object.keys(definition).map((name) => `test.Kinds/${name}`);
const received: Record<string, unknown>[] = [];
const note = ({ metadata }: { metadata: grpcTypes.Metadata }) => void received.push(metadata.getMap());
const server = new grpc.Server();
server.addService(definition, {
  One(call: grpcTypes.ServerUnaryCall<object, object>, done: grpcTypes.sendUnaryData<object>) {
    note(call);
    const trailer = new grpc.Metadata();
    trailer.set('x-trailer', '1');
    done(null, {}, trailer);
  },
  Down(call: grpcTypes.ServerWritableStream<object, object>) {
    note(call);
    call.end();
  },
  Up(call: grpcTypes.ServerReadableStream<object, object>, done: grpcTypes.sendUnaryData<object>) {
    note(call);
    call.resume().on('end', () => done(null, {}));
  },
  Both(call: grpcTypes.ServerDuplexStream<object, object>) {
    note(call);
    call.resume().on('end', () => call.end());
  },
});
const port = await new Promise<number>((resolve, reject) =>
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, chosen) =>
    error ? reject(error) : resolve(chosen),
  ),
);
// biome-ignore lint/suspicious/noExplicitAny: a generic client has no types of its methods.
const Client = grpc.makeGenericClientConstructor(definition, 'Kinds') as any;
const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
afterAll(async () => {
  client.close();
  server.forceShutdown();
  await tracing[Symbol.asyncDispose]();
});

type Call = (metadata: grpcTypes.Metadata) => Promise<unknown>;
const ended = (stream: NodeJS.EventEmitter & { resume(): unknown }) =>
  new Promise((resolve, reject) => {
    stream.on('end', resolve).on('error', reject);
    stream.resume();
  });
const answered = (start: (done: (error: unknown) => void) => { end?(): unknown }) =>
  new Promise<void>((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve())).end?.();
  });
const calls: Record<string, Call> = {
  One: (metadata) => answered((done) => client.One({}, metadata, done)),
  Down: (metadata) => ended(client.Down({}, metadata)),
  Up: (metadata) => answered((done) => client.Up(metadata, done)),
  Both: (metadata) => {
    const stream = client.Both(metadata);
    stream.end();
    return ended(stream);
  },
};

it.each(Object.entries(calls))(
  '%s: metadata that a program reuses carries nothing of an earlier call',
  async (_, call) => {
    const shared = new grpc.Metadata();
    shared.set('x-api-key', 'k');
    const acme = propagation.setBaggage(
      withMcpContext(ROOT_CONTEXT, { tenantId: 'acme' }),
      propagation.createBaggage({ cart: { value: '17' } }),
    );
    received.length = 0;
    await context.with(acme, () => withSpan('acme', {}, () => call(shared)));
    await context.with(ROOT_CONTEXT, () => withSpan('no tenant', {}, () => call(shared)));
    const [first, second] = received;
    expect(first).toMatchObject({ 'x-api-key': 'k', baggage: 'cart=17', 'x-mcp-tenant-id': 'acme' });
    expect(second).toMatchObject({ 'x-api-key': 'k', traceparent: expect.any(String) });
    expect(second).not.toHaveProperty('baggage');
    expect(second).not.toHaveProperty('x-mcp-tenant-id');
    expect(second?.traceparent).not.toBe(first?.traceparent);
    expect(shared.getMap()).toEqual({ 'x-api-key': 'k' });
  },
);

it.each(Object.entries(calls))(
  '%s: metadata that a gateway passes on loses the context it held',
  async (_, call) => {
    const stale = new grpc.Metadata();
    stale.set('traceparent', '00-11111111111111111111111111111111-2222222222222222-01');
    stale.set('baggage', 'cart=17');
    stale.set('x-mcp-tenant-id', 'other');
    received.length = 0;
    await context.with(ROOT_CONTEXT, () => withSpan('gateway', {}, () => call(stale)));
    const [metadata] = received;
    const [span] = tracing.spans('gateway').slice(-1);
    expect(metadata?.traceparent).toMatch(new RegExp(`^00-${span?.spanContext().traceId}-`));
    expect(metadata).not.toHaveProperty('baggage');
    expect(metadata).not.toHaveProperty('x-mcp-tenant-id');
  },
);

it.each(Object.entries(calls))(
  '%s: the handler is below the caller, in a trace that is not sampled as well',
  async (_, call) => {
    const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE };
    received.length = 0;
    tracing.reset();
    const before = await measuredCalls();
    await context.with(trace.setSpanContext(ROOT_CONTEXT, caller), () => call(new grpc.Metadata()));
    expect(received[0]?.traceparent).toMatch(/^00-a{32}-b{16}-0[02]$/);
    expect(SERVER_SPANS.flatMap((name) => tracing.spans(name))).toEqual([]);
    const measured = { client: before.client + 1, server: before.server + 1 };
    await vi.waitFor(async () => expect(await measuredCalls()).toEqual(measured));
  },
);

it('a caller receives the trailer of an answer', async () => {
  const trailer = new Promise((resolve) => {
    client
      .One({}, () => undefined)
      .on('status', ({ metadata }: grpcTypes.StatusObject) => resolve(metadata.getMap()));
  });
  expect(await trailer).toMatchObject({ 'x-trailer': '1' });
});
