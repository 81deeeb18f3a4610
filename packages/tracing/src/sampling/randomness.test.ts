import { type Link, ROOT_CONTEXT, type SpanContext, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseTraceState } from '../context/trace-state.ts';
import { givenThreshold, randomnessOf, thresholdOf, withSampling } from './randomness.ts';
import { parseSamplingRules } from './rules.ts';
import { edgeSampler, insideSampler } from './sampler.ts';

const ids = new RandomIdGenerator();
const share = fc.double({ min: 0, max: 1, noNaN: true });
const state = (ot: string) => parseTraceState(`vendor=1,ot=${ot}`);
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

it('the randomness of a trace is rv, and else the last 56 bits of its id', () => {
  expect(randomnessOf({ traceId: TRACE_ID })).toBe('48eb211c80319c');
  expect(randomnessOf({ traceId: TRACE_ID, traceState: state('th:8;rv:6e6d1a75832a2f') })).toBe(
    '6e6d1a75832a2f',
  );
  for (const malformed of ['rv:1', 'rv:6E6D1A75832A2F', 'rv', 'rv:', 'rv:6e6d1a75832a2f0'])
    expect(randomnessOf({ traceId: TRACE_ID, traceState: state(malformed) })).toBe('48eb211c80319c');
});

// The examples of the specification: 50 %, 25 %, 1 in 2 ** 56.
it.each([
  [1, '00000000000000'],
  [0.5, '80000000000000'],
  [0.25, 'c0000000000000'],
  [2 ** -56, 'ffffffffffffff'],
  [0, undefined],
])('a share of %d is kept by the threshold %s', (ratio, threshold) => {
  expect(thresholdOf(ratio)).toBe(threshold);
});

it('a changed ot member keeps other members and subkeys, and has no threshold that is not known', () => {
  const th = '80000000000000';
  expect(withSampling(state('x:1;rv:6e6d1a75832a2f'), { th }).serialize()).toBe(
    'ot=x:1;rv:6e6d1a75832a2f;th:8,vendor=1',
  );
  expect(withSampling(state('th:8'), { th: undefined }).serialize()).toBe('vendor=1');
  expect(givenThreshold(withSampling(undefined, { th: '00000000000000' }))).toBe('00000000000000');
  expect(givenThreshold(state('th:g'))).toBeUndefined();
});

/** Starts the entry span of a trace and returns its context. */
function start(
  ratio: number,
  { parent, links = [] }: { parent?: SpanContext; links?: Link[] } = {},
): SpanContext {
  const ctx = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
  const traceId = parent?.traceId ?? ids.generateTraceId();
  const sampler = edgeSampler(parseSamplingRules(`ratio=${ratio},wishes_per_second=0`));
  const { decision, traceState = parent?.traceState } = sampler.shouldSample(
    ctx,
    traceId,
    'GET',
    SpanKind.SERVER,
    {},
    links,
  );
  const traceFlags = decision === 2 ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId: ids.generateSpanId(), traceFlags, ...(traceState && { traceState }) };
}

it('of edges with different ratios, the lower one keeps a part of what the higher one keeps', () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const first = start(high);
      const parent = { ...first, traceFlags: TraceFlags.SAMPLED };
      if (start(low, { parent }).traceFlags) expect(first.traceFlags).toBe(TraceFlags.SAMPLED);
    }),
  );
});

it('a sampled trace names the threshold of all its edges, which its randomness reaches', () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const first = start(a);
      if (!first.traceFlags) return;
      const second = start(b, { parent: first });
      if (!second.traceFlags) return void expect(givenThreshold(second.traceState)).toBeUndefined();
      const threshold = givenThreshold(second.traceState);
      // A share of 1 adds nothing to a tracestate, and what follows an unknown threshold is not known.
      const expected = a < 1 ? [thresholdOf(a), thresholdOf(b)].sort().at(-1) : undefined;
      expect(threshold).toBe(expected);
      if (threshold) expect(randomnessOf(second) >= threshold).toBe(true);
    }),
  );
});

it('a trace that links to others has their decision, and their randomness for every sampler after it', () => {
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 10 }), share, (ratios, later) => {
      const causes = ratios.map((ratio) => start(ratio));
      const links = causes.map((context) => ({ context }));
      const root = start(0, { links });
      expect(root.traceFlags).toBe(Math.max(...causes.map(({ traceFlags }) => traceFlags)));
      if (!root.traceFlags) return void expect(root.traceState).toBeUndefined();
      // Another sampler, with any ratio, keeps the linking trace exactly if it keeps one that it links to.
      const threshold = thresholdOf(later);
      const keeps = (span: SpanContext) => threshold !== undefined && randomnessOf(span) >= threshold;
      expect(keeps(root)).toBe(causes.some(keeps));
    }),
  );
});

it('a trace that links to one trace keeps its threshold, inside the mesh too', () => {
  const cause = start(0.999);
  const links = [{ context: { ...cause, traceFlags: TraceFlags.SAMPLED } }];
  const { traceState } = insideSampler().shouldSample(
    ROOT_CONTEXT,
    TRACE_ID,
    'job',
    SpanKind.INTERNAL,
    {},
    links,
  );
  const th = givenThreshold(cause.traceState);
  expect(traceState?.get('ot')).toBe(
    `rv:${cause.traceId.slice(-14)}${th ? `;th:${th.replace(/0+$/, '')}` : ''}`,
  );
});

it('a socket message without a sender has the decision of its connection, and a randomness of its own', () => {
  const links = [{ context: start(1) }];
  const message = { 'messaging.system.name': 'websocket' };
  const result = edgeSampler(parseSamplingRules('ratio=0')).shouldSample(
    ROOT_CONTEXT,
    TRACE_ID,
    'process chat',
    SpanKind.CONSUMER,
    message,
    links,
  );
  expect(result).toEqual({ decision: 2, attributes: { 'sampling.rule': 'link' } });
});
