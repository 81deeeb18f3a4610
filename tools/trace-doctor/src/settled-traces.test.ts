import { describe, expect, it } from 'vitest';
import { QUIET_MS, settledTraces, UNFINISHED_MS } from './settled-traces.ts';
import { makeTrace, processed, send } from './spans.fixture.ts';
import type { Trace } from './trace.ts';

const whole = makeTrace(send, processed);

describe('a new trace', () => {
  it('is reported once when no span arrives any more', () => {
    const watched = settledTraces();
    expect(watched.settled([whole], 0)).toEqual([]);
    expect(watched.settled([whole], QUIET_MS - 1)).toEqual([]);
    expect(watched.settled([whole], QUIET_MS)).toEqual([whole]);
    expect(watched.settled([whole], QUIET_MS * 10)).toEqual([]);
    expect(watched.growing()).toEqual([]);
  });

  it('is not reported while it grows', () => {
    const watched = settledTraces();
    watched.settled([makeTrace(send)], 0);
    expect(watched.settled([whole], QUIET_MS)).toEqual([]);
    expect(watched.settled([whole], QUIET_MS * 2)).toEqual([whole]);
  });

  it('without its root gets more time, with a limit', () => {
    const watched = settledTraces();
    const rootless = makeTrace(processed);
    watched.settled([rootless], 0);
    expect(watched.settled([rootless], UNFINISHED_MS - 1)).toEqual([]);
    expect(watched.settled([rootless], UNFINISHED_MS)).toEqual([rootless]);
  });

  it('is forgotten after the limit of remembered traces', () => {
    const watched = settledTraces(1);
    const others = makeTrace({ ...send, traceId: 'b'.repeat(32) });
    const report = (trace: Trace, ms: number) => {
      watched.settled([trace], ms);
      return watched.settled([trace], ms + QUIET_MS);
    };
    expect(report(whole, 0)).toEqual([whole]);
    expect(report(whole, 10_000)).toEqual([]);
    report({ ...others, traceId: 'b'.repeat(32) }, 20_000);
    expect(report(whole, 30_000)).toEqual([whole]);
  });

  it('is reported even if the store no longer lists it', () => {
    const watched = settledTraces();
    watched.settled([whole], 0);
    expect(watched.growing()).toEqual([whole.traceId]);
    expect(watched.settled([], QUIET_MS)).toEqual([whole]);
  });
});
