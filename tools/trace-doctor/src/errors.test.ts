import { describe, expect, it } from 'vitest';
import { errorsOf } from './errors.ts';
import { makeSpan, makeTrace } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const failed = (spanId: string, service: string, parts: Partial<Span> = {}) =>
  makeSpan(spanId, service, { status: { code: 'ERROR' }, durationUs: 100, ...parts });
const exception = (timeUs: number, message: string) => ({
  name: 'exception',
  timeUs,
  attributes: { 'exception.type': 'RangeError', 'exception.message': message },
});
const origin = (span: Span) => ({
  'mesh.error.code': 'over_budget',
  'mesh.error.service': span.service,
  'mesh.error.trace_id': span.traceId,
  'mesh.error.span_id': span.spanId,
});
const reported = (...spans: Span[]) =>
  errorsOf([makeTrace(...spans)]).map(({ code, origin, seenBy }) => [
    code,
    origin.service,
    origin.ref.spanId,
    seenBy.map(({ spanId }) => spanId),
  ]);

describe('the errors of a trace', () => {
  it('are empty if nothing failed', () => {
    expect(reported(makeSpan('fine', 'a'))).toEqual([]);
  });

  it('lead to their recorded origin, whichever other spans recorded them', () => {
    const home = makeSpan('home', 'ledger', { events: [exception(10, 'too much')] });
    const attributes = origin(home);
    const noted = makeSpan('noted', 'agent', { attributes, durationUs: 300 });
    const passed = failed('passed', 'rest-api', { attributes, durationUs: 200 });
    expect(reported(noted, passed, { ...home, attributes })).toEqual([
      ['over_budget', 'ledger', 'home', ['home', 'passed', 'noted']],
    ]);
  });

  it('without a recorded origin arose at the innermost failed span', () => {
    const outer = failed('outer', 'rest-api', { durationUs: 900 });
    const inner = failed('inner', 'worker', {
      parentSpanId: 'outer',
      attributes: { 'error.type': 'timeout' },
    });
    expect(reported(outer, inner)).toEqual([['timeout', 'worker', 'inner', ['inner', 'outer']]]);
  });

  it('of a caller come from the last attempt, not from an earlier one', () => {
    const outer = failed('outer', 'a', { durationUs: 900 });
    const first = failed('first', 'b', { parentSpanId: 'outer' });
    const last = failed('last', 'b', { parentSpanId: 'outer', startUs: 500 });
    expect(reported(outer, first, last).map(([, , home, seen]) => [home, seen])).toEqual([
      ['first', ['first']],
      ['last', ['last', 'outer']],
    ]);
  });

  it('are not caused by failures after their own span ended', () => {
    const sender = failed('sender', 'a', { durationUs: 100 });
    const consumer = failed('consumer', 'b', { parentSpanId: 'sender', startUs: 500 });
    expect(reported(sender, consumer).map(([, , home]) => home)).toEqual(['sender', 'consumer']);
  });

  it('of a client come from the server that answered it, also if the server span ended later', () => {
    const client = failed('client', 'rest-api', { kind: 'client', durationUs: 100 });
    const server = failed('server', 'ledger', { kind: 'server', parentSpanId: 'client', durationUs: 105 });
    expect(reported(client, server)).toEqual([['error', 'ledger', 'server', ['server', 'client']]]);
  });

  it('are in the order in which they were recorded, with their messages', () => {
    const late = failed('late', 'a', { durationUs: 900 });
    const early = failed('early', 'a', { durationUs: 1_000, events: [exception(5, 'first')] });
    const [first] = errorsOf([makeTrace(late, early)]);
    expect(first).toMatchObject({
      timeUs: 5,
      code: 'RangeError',
      message: 'first',
      origin: { ref: { spanId: 'early' } },
    });
  });

  it('may have arisen in a trace that was not read', () => {
    const away = { ...makeSpan('away', 'ledger'), traceId: 'b'.repeat(32) };
    const [error] = errorsOf([makeTrace(makeSpan('noted', 'agent', { attributes: origin(away) }))]);
    expect(error?.origin).toEqual({ service: 'ledger', ref: { traceId: away.traceId, spanId: 'away' } });
  });
});

it('failed spans whose parents form a cycle have an origin', () => {
  const status = { code: 'ERROR' } as const;
  const one = makeSpan('one', 'worker', { parentSpanId: 'two', status });
  const two = makeSpan('two', 'worker', { parentSpanId: 'one', status });
  expect(errorsOf([makeTrace(one, two)]).map(({ origin }) => origin.ref.spanId)).toEqual(['two', 'one']);
});
