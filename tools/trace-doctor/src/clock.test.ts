import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_US, clockSkews } from './clock.ts';
import { makeSpan, makeTrace, processed, send } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const call = makeSpan('call', 'agent', { kind: 'client', startUs: 100_000, durationUs: 10_000 });
const served = (startUs: number, parts: Partial<Span> = {}) =>
  makeSpan('served', 'rest-api', {
    kind: 'server',
    parentSpanId: 'call',
    startUs,
    durationUs: 8_000,
    ...parts,
  });
const offsets = (...spans: Span[]) => clockSkews(makeTrace(...spans)).map(({ offsetUs }) => offsetUs);

describe('a call', () => {
  it('whose server span starts before it shows a clock that is behind, measured from the middle of the call', () => {
    const [skew] = clockSkews(makeTrace(call, served(81_000)));
    expect(skew).toMatchObject({ service: 'rest-api', against: 'agent', offsetUs: -20_000 });
    expect(skew?.text).toMatch(
      /^the clock of rest-api is about 20.0 ms behind that of agent: .* 19.0 ms before its parent/,
    );
  });

  it('whose server span starts after its end shows a clock that is ahead', () => {
    const [skew] = clockSkews(makeTrace(call, served(131_000)));
    expect(skew?.offsetUs).toBe(30_000);
    expect(skew?.text).toMatch(/ahead of that of agent: .* 21.0 ms after the end of its parent/);
  });

  it.each([
    ['within the tolerance', served(100_000 - CLOCK_TOLERANCE_US)],
    ['whose server span ends after its client span', served(105_000, { durationUs: 50_000 })],
    ['that opened a WebSocket', served(120_000, { attributes: { 'http.response.status_code': 101 } })],
    ['in the same service', served(50_000, { service: 'agent' })],
  ])('%s shows no clock skew', (_what, span) => {
    expect(offsets(call, span)).toEqual([]);
  });

  it('that failed at its caller may have a later server span', () => {
    expect(offsets({ ...call, status: { code: 'ERROR' } }, served(120_000))).toEqual([]);
  });
});

it('a message shows clock skew only if it arrives before it is sent', () => {
  const sent = { ...send, startUs: 50_000 };
  expect(offsets(sent, { ...processed, startUs: 20_000 })).toEqual([-30_000]);
  expect(offsets(sent, { ...processed, startUs: 9_000_000 })).toEqual([]);
});

it('each pair of services is reported once, with the greatest difference', () => {
  const small = { ...served(90_000), spanId: 'small' };
  expect(offsets(call, small, served(81_000))).toEqual([-20_000]);
});

it('the tolerance can be changed', () => {
  expect(clockSkews(makeTrace(call, served(99_000)), 500)).toHaveLength(1);
});
