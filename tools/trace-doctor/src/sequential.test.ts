import { describe, expect, it } from 'vitest';
import { BACK_TO_BACK_US, MIN_SAVING_US, sequentialChildren } from './sequential.ts';
import { makeSpan, makeTrace } from './spans.fixture.ts';

const root = makeSpan('root', 'a', { durationUs: 100_000 });
const child = (name: string, startUs: number, durationUs: number) =>
  makeSpan(`${name}-${startUs}`, 'a', { name, parentSpanId: 'root', startUs, durationUs });
const runs = (...children: ReturnType<typeof child>[]) =>
  sequentialChildren(makeTrace(root, ...children)).map(({ spans, sumUs, savingUs }) => [
    spans.map(({ name }) => name).join(),
    sumUs,
    savingUs,
  ]);

describe('children that ran one after the other', () => {
  it('are a hint if they are of the same operation', () => {
    expect(runs(child('get', 0, 2_000), child('get', 2_000, 3_000), child('get', 5_500, 2_000))).toEqual([
      ['get,get,get', 7_000, 4_000],
    ]);
  });

  it('are a hint if they take more than a fifth of their parent', () => {
    expect(runs(child('a', 0, 11_000), child('b', 11_000, 10_000))).toEqual([['a,b', 21_000, 10_000]]);
    expect(runs(child('a', 0, 10_000), child('b', 10_000, 10_000))).toEqual([]);
  });

  it('are no hint if they overlap, or if another span ran between', () => {
    expect(runs(child('get', 0, 3_000), child('get', 2_000, 3_000))).toEqual([]);
    expect(runs(child('get', 0, 3_000), child('get', 3_000 + BACK_TO_BACK_US + 1, 3_000))).toEqual([]);
  });

  it('are no hint if nothing could be saved', () => {
    expect(runs(child('get', 0, MIN_SAVING_US - 1), child('get', 1_000, 9_000))).toEqual([]);
  });

  it('are sorted by possible saving', () => {
    const few = [child('a', 0, 2_000), child('a', 2_000, 2_000)];
    const many = [child('b', 50_000, 9_000), child('b', 59_000, 9_000)];
    expect(runs(...few, ...many).map(([names]) => names)).toEqual(['b,b', 'a,a']);
  });
});
