import { describe, expect, it } from 'vitest';
import { QUIET_MS, settledTraces, UNFINISHED_MS } from './settled-traces.ts';
import { makeTrace, processed, send } from './spans.fixture.ts';
import type { Trace } from './trace.ts';

const whole = makeTrace(send, processed);

describe('a new trace', () => {
  it('is reported once when no span arrives any more', () => {
    const news = settledTraces();
    expect(news.settled([whole], 0)).toEqual([]);
    expect(news.settled([whole], QUIET_MS - 1)).toEqual([]);
    expect(news.settled([whole], QUIET_MS)).toEqual([whole]);
    expect(news.settled([whole], QUIET_MS * 10)).toEqual([]);
    expect(news.growing()).toEqual([]);
  });

  it('is not reported while it grows', () => {
    const news = settledTraces();
    news.settled([makeTrace(send)], 0);
    expect(news.settled([whole], QUIET_MS)).toEqual([]);
    expect(news.settled([whole], QUIET_MS * 2)).toEqual([whole]);
  });

  it('without its root gets more time, with a limit', () => {
    const news = settledTraces();
    const rootless = makeTrace(processed);
    news.settled([rootless], 0);
    expect(news.settled([rootless], UNFINISHED_MS - 1)).toEqual([]);
    expect(news.settled([rootless], UNFINISHED_MS)).toEqual([rootless]);
  });

  it('is forgotten after the limit of remembered traces', () => {
    const news = settledTraces(1);
    const others = makeTrace({ ...send, traceId: 'b'.repeat(32) });
    const tell = (trace: Trace, ms: number) => {
      news.settled([trace], ms);
      return news.settled([trace], ms + QUIET_MS);
    };
    expect(tell(whole, 0)).toEqual([whole]);
    expect(tell(whole, 10_000)).toEqual([]);
    tell({ ...others, traceId: 'b'.repeat(32) }, 20_000);
    expect(tell(whole, 30_000)).toEqual([whole]);
  });

  it('is reported even if the store no longer lists it', () => {
    const news = settledTraces();
    news.settled([whole], 0);
    expect(news.growing()).toEqual([whole.traceId]);
    expect(news.settled([], QUIET_MS)).toEqual([whole]);
  });
});
