// The rules that the public W3C suite checks over HTTP (tests/conformance), one test each.
import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterAll, describe, expect, it } from 'vitest';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { extractContext, injectContext } from './carrier.ts';
import { parseTraceParent, TraceContextPropagator } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${SPAN}-01`;

const propagator = new TraceContextPropagator();
const extract = (carrier: Record<string, unknown>, ctx = ROOT_CONTEXT) =>
  propagator.extract(ctx, carrier, defaultTextMapGetter);
const inject = (ctx: Context) => {
  const carrier: Record<string, string> = {};
  propagator.inject(ctx, carrier, defaultTextMapSetter);
  return carrier;
};

describe('a traceparent', () => {
  it.each([
    ['sampled', VALID, 1],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, 0],
    ['random', `00-${TRACE}-${SPAN}-02`, 2],
    ['with flags of tomorrow, which are cleared', `00-${TRACE}-${SPAN}-ff`, 3],
    ['of a later version', `cc-${TRACE}-${SPAN}-01`, 1],
    ['of a later version with more fields', `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, 1],
    ['between whitespace', `\t ${VALID} \t`, 1],
  ])('is read when it is %s', (_what, header, traceFlags) => {
    expect(parseTraceParent(header)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });

  it.each([
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['a later version glued to more', `cc-${TRACE}-${SPAN}-01.what`],
    ['version 00 with more fields', `${VALID}-more`],
    ['version 00 with a dash behind', `${VALID}-`],
    ['a version too long', `000-${TRACE}-${SPAN}-01`],
    ['a version too short', `0-${TRACE}-${SPAN}-01`],
    ['upper case', VALID.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a trace id too long', `00-${TRACE}0-${SPAN}-01`],
    ['a trace id with a dot', `00-.${TRACE.slice(1)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a span id too short', `00-${TRACE}-${SPAN.slice(1)}-01`],
    ['flags too long', `00-${TRACE}-${SPAN}-001`],
    ['flags that are no hex', `00-${TRACE}-${SPAN}-0.`],
    ['two headers joined', `${VALID},${VALID}`],
    ['a line break', `${VALID}\n`],
    ['nothing', ''],
  ])('is refused with %s', (_what, header) => {
    expect(parseTraceParent(header)).toBeUndefined();
  });

  it('is refused, and the tracestate with it, when a carrier holds two', () => {
    expect(extract({ traceparent: [VALID, VALID], tracestate: 'a=1' })).toBe(ROOT_CONTEXT);
    expect(trace.getSpanContext(extract({ traceparent: [VALID] }))?.traceId).toBe(TRACE);
  });

  it('that is malformed leaves the context as it was', () => {
    const before = extract({ traceparent: VALID });
    expect(extract({ traceparent: 'no' }, before)).toBe(before);
  });

  it('is refused in linear time', () => {
    const started = performance.now();
    expect(parseTraceParent(`cc-${TRACE}-${SPAN}-01-${' '.repeat(200_000)}\n`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('a tracestate', () => {
  it('is read from one or several headers', () => {
    const ctx = extract({ traceparent: VALID, tracestate: ['a=1,b=2', '', 'c=3'] });
    expect(inject(ctx)).toEqual({ traceparent: VALID, tracestate: 'a=1,b=2,c=3' });
  });

  it('that is malformed is dropped, and the traceparent is kept', () => {
    expect(inject(extract({ traceparent: VALID, tracestate: 'a=1,B=2' }))).toEqual({ traceparent: VALID });
  });

  it('without a traceparent is ignored', () => {
    expect(extract({ tracestate: 'a=1' })).toBe(ROOT_CONTEXT);
  });
});

describe('the flags of a sent traceparent', () => {
  const tracing = startTestTracing();
  afterAll(() => tracing[Symbol.asyncDispose]());
  const flagsBelow = async (carrier: Record<string, string>) => {
    const ctx = extractContext(carrier);
    const sent = await withSpan('hop', { parent: ctx }, () => withSpan('inner', {}, () => injectContext()));
    return sent.traceparent?.slice(-2);
  };

  it.each(['00', '01', '02', '03'])('keep sampled and random as the caller set them: %s', async (flags) => {
    expect(await flagsBelow({ traceparent: `00-${TRACE}-${SPAN}-${flags}` })).toBe(flags);
    expect(inject(extract({ traceparent: `00-${TRACE}-${SPAN}-${flags}` })).traceparent?.slice(-2)).toBe(
      flags,
    );
  });

  it('are random for a trace that starts here', async () => {
    expect(await flagsBelow({})).toBe('03');
  });

  it('are random for a new root below a caller without the flag', async () => {
    const sent = await context.with(extractContext({ traceparent: VALID }), () =>
      withSpan('job', { parent: trace.deleteSpan(context.active()) }, () => injectContext()),
    );
    expect(sent.traceparent).toMatch(/-03$/);
    expect(sent.traceparent).not.toContain(TRACE);
  });
});

it('sends nothing without a trace, or while tracing is suppressed', () => {
  expect(inject(ROOT_CONTEXT)).toEqual({});
  expect(inject(suppressTracing(extract({ traceparent: VALID })))).toEqual({});
});
