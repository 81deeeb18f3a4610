import {
  type Context,
  context,
  defaultTextMapGetter,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { EMPTY_TRACE_STATE } from '../context/trace-state.ts';
import { registerTrustCheck, withCallerTrust } from './callers.ts';
import { MAX_ENTRIES_PER_DECISION } from './decisions.ts';
import { rootWithSamplingRequest, SamplingRequestPropagator } from './request.ts';
import { ask, edge, from, ids, TASKS } from './sampler.fixture.ts';
import { insideSampler, samplerFromEnv } from './sampler.ts';

const forced = (authorization?: string, ctx: Context = ROOT_CONTEXT) =>
  new SamplingRequestPropagator().extract(
    ctx,
    { 'x-b3-sampled': '1', ...(authorization && { authorization }) },
    defaultTextMapGetter,
  );

/** The token check of these tests: `secret` may force sampling, `service` is a service of the mesh. */
registerTrustCheck((authorization) => ({
  inside: authorization === 'Bearer service',
  mayForceSampling: authorization === 'Bearer secret',
}));
const presenting = (authorization: string, ctx: Context) =>
  new SamplingRequestPropagator().extract(ctx, { authorization }, defaultTextMapGetter);

describe('a public edge', () => {
  it('samples a request that an authorised caller forces, even a health check with flag 00', () => {
    const sampler = edge('ratio=0');
    const attributes = { 'url.path': '/api/health' };
    expect(ask(sampler, { ctx: forced('Bearer secret'), attributes })).toEqual([true, 'forced']);
    expect(ask(sampler, { ctx: forced('Bearer secret', from({ sampled: false })) })).toEqual([
      true,
      'forced',
    ]);
  });

  it.each([undefined, 'Bearer wrong', 'secret', ''])('does not let %j force anything', (authorization) => {
    expect(ask(edge('ratio=0'), { ctx: forced(authorization) })).toEqual([false, 'ratio']);
  });

  it.each([true, false])('keeps the decision of a service: %s', (sampled) => {
    const inside = { ctx: presenting('Bearer service', from({ sampled })) };
    expect(ask(edge('ratio=0,wishes_per_second=0'), inside)).toEqual([sampled, undefined]);
    expect(ask(edge('ratio=1'), inside)).toEqual([sampled, undefined]);
    const outside = { ctx: presenting('Bearer other', from({ sampled: true })) };
    expect(ask(edge('ratio=0,wishes_per_second=0'), outside)).toEqual([false, 'ratio']);
  });

  it('removes the mesh’s tracestate member of an outside caller', () => {
    const traceState = EMPTY_TRACE_STATE.set('vendor', '1').set('mcp', 'cost:9');
    const span = { ...trace.getSpanContext(from({ sampled: true })), traceState } as SpanContext;
    const start = (ctx: Context) =>
      edge('ratio=1')
        .shouldSample(ctx, span.traceId, 'POST', SpanKind.SERVER, TASKS, [])
        .traceState?.serialize();
    const ctx = trace.setSpanContext(ROOT_CONTEXT, span);
    expect(start(ctx)).toBe('vendor=1');
    expect(start(presenting('Bearer other', ctx))).toBe('vendor=1');
    expect(start(presenting('Bearer service', ctx))).toBeUndefined(); // the parent's own stays
  });

  it('uses the trust that was set before a message, not its headers', () => {
    const ctx = withCallerTrust(from({ sampled: true }), { inside: true });
    expect(ask(edge('ratio=0,wishes_per_second=0'), { ctx })).toEqual([true, undefined]);
    const known = withCallerTrust(forced('Bearer secret'), { inside: false });
    expect(ask(edge('ratio=0'), { ctx: known })).toEqual([false, 'ratio']);
  });

  it('never samples health checks, whatever the caller’s sampled flag', () => {
    const attributes = { 'url.path': '/api/health' };
    expect(ask(edge('ratio=1'), { ctx: from({ sampled: true }), attributes })).toEqual([false, 'health']);
  });

  it('follows callers’ sampled flag up to the limit, then the ratio', () => {
    const sampler = edge('ratio=0,wishes_per_second=2');
    const sampledCaller = () => ask(sampler, { ctx: from({ sampled: true }) });
    expect([sampledCaller(), sampledCaller(), sampledCaller()]).toEqual([
      [true, 'wish'],
      [true, 'wish'],
      [false, 'ratio'],
    ]);
    expect(ask(edge('ratio=1'), { ctx: from({ sampled: false }) })).toEqual([false, 'wish']);
  });

  it('decides once for a trace that enters by several requests, up to a limit of entries', () => {
    const sampler = edge('ratio=0,wishes_per_second=1');
    const traceId = ids.generateTraceId();
    const again = () => ask(sampler, { ctx: from({ traceId, sampled: true }) })[0];
    const granted = Array.from({ length: MAX_ENTRIES_PER_DECISION }, again);
    expect(granted.every(Boolean)).toBe(true);
    expect(again()).toBe(false);
  });

  it('uses the ratio of the first route that matches: a template, or a span name', () => {
    const sampler = edge('ratio=1,GET /api/tasks/:taskId=0,tools/call noisy=0,shop.v1.Shop/List=0');
    const get = (path: string) => ({ 'http.request.method': 'GET', 'url.path': path });
    expect(ask(sampler, { attributes: get('/api/tasks/7') })).toEqual([false, 'route']);
    expect(ask(sampler, { attributes: get('/api/tasks') })).toEqual([true, 'ratio']);
    expect(ask(sampler, { name: 'tools/call noisy', attributes: {} })).toEqual([false, 'route']);
    expect(ask(sampler, { name: 'shop.v1.Shop/List', attributes: {} })).toEqual([false, 'route']);
  });

  it('follows the parent for work from inside', () => {
    const sampler = edge('ratio=0,wishes_per_second=0');
    const attributes = { 'messaging.system.name': 'redis' };
    const kind = SpanKind.CONSUMER;
    expect(ask(sampler, { ctx: from({ sampled: true }), kind, attributes })).toEqual([true, undefined]);
    const socket = { kind, attributes: { 'messaging.system.name': 'websocket' } };
    expect(ask(sampler, { ctx: from({ sampled: true }), ...socket })).toEqual([false, 'ratio']);
  });
});

describe.each([
  ['edge', edge('ratio=0')],
  ['inside', insideSampler()],
])('every span below an entry, %s', (_, sampler) => {
  it.each([true, false])('follows its parent in the process (%s)', (sampled) => {
    expect(ask(sampler, { ctx: from({ sampled, isRemote: false }) })).toEqual([sampled, undefined]);
  });

  it('follows its links if it has no parent', () => {
    const link = (sampled: boolean) => ({
      context: trace.getSpanContext(from({ sampled })) as Link['context'],
    });
    expect(ask(sampler, { links: [link(false), link(true)] })).toEqual([true, 'link']);
    expect(ask(sampler, { links: [link(false)] })).toEqual([false, 'link']);
  });
});

describe('inside the mesh', () => {
  it.each([true, false])('the parent alone decides (%s), even on health checks', (sampled) => {
    const attributes = { 'url.path': '/api/health' };
    expect(ask(insideSampler(), { ctx: from({ sampled }), attributes })).toEqual([sampled, undefined]);
    expect(ask(insideSampler(), { ctx: forced('Bearer x', from({ sampled })) })).toEqual([
      sampled,
      undefined,
    ]);
  });
});

it('a request within a request keeps the caller’s sampling request, and nothing else', () => {
  const http = forced('Bearer secret', from({ sampled: true, isRemote: false }));
  const root = rootWithSamplingRequest(http);
  expect(trace.getSpanContext(root)).toBeUndefined();
  expect(ask(edge('ratio=0'), { ctx: root })).toEqual([true, 'forced']);
  expect(rootWithSamplingRequest(context.active())).toBe(ROOT_CONTEXT);
});

describe.each([0.001, 0.1, 1])('at a ratio of %d', (ratio) => {
  it('a trace has one decision across the mesh: that of its first edge', () => {
    const TRACES = 10_000;
    const edges = [
      edge(`ratio=${ratio},wishes_per_second=1e9`),
      edge(`ratio=${ratio},wishes_per_second=1e9`),
    ];
    const inside = [insideSampler(), insideSampler()];
    let sampledTraces = 0;
    for (let i = 0; i < TRACES; i++) {
      const traceId = ids.generateTraceId();
      const first = (edges[0] as Sampler).shouldSample(
        ROOT_CONTEXT,
        traceId,
        'POST',
        SpanKind.SERVER,
        TASKS,
        [],
      );
      let sampled = first.decision === 2;
      if (sampled) sampledTraces++;
      // HTTP to the second edge, then gRPC and a queue inside: each reads the `traceparent` of the hop before.
      for (const next of [edges[1] as Sampler, ...inside]) {
        const [decision] = ask(next, { ctx: from({ traceId, sampled }) });
        expect(decision).toBe(sampled);
        sampled = decision;
      }
    }
    // Five standard deviations: false once in a million runs.
    const slack = 5 * Math.sqrt(TRACES * ratio * (1 - ratio));
    expect(Math.abs(sampledTraces - TRACES * ratio)).toBeLessThanOrEqual(slack);
  });
});

describe('the environment', () => {
  it('selects the sampler: the mesh’s by default and for mesh_edge, else the SDK’s', () => {
    expect(String(samplerFromEnv({}))).toBe('mesh_inside');
    expect(String(samplerFromEnv({ OTEL_TRACES_SAMPLER: 'mesh_edge' }))).toBe('mesh_edge');
    expect(samplerFromEnv({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' })).toBeUndefined();
  });
});
