import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTraces, MIN_SLOWER_US, SLOWER_FACTOR } from './diff.ts';
import { makeSpan, makeTrace, processed, send } from './spans.fixture.ts';

const timed = (...durations: number[]) =>
  makeTrace(...durations.map((durationUs, n) => makeSpan(`s${n}`, 'a', { name: 'work', durationUs })));

describe('the difference of two traces', () => {
  it('lists operations that are missing and added in the second trace', () => {
    const { missing, added, slower } = diffTraces(makeTrace(send), makeTrace(processed));
    expect(missing).toEqual([
      { service: 'rest-api', kind: 'producer', name: 'send tasks', count: 1, medianUs: 1500 },
    ]);
    expect(added).toMatchObject([{ service: 'worker', kind: 'consumer', name: 'process tasks' }]);
    expect(slower).toEqual([]);
  });

  it('distinguishes operations by kind', () => {
    const { missing, added } = diffTraces(makeTrace(send), makeTrace({ ...send, kind: 'client' }));
    expect([missing.length, added.length]).toEqual([1, 1]);
  });

  it('lists operations whose median takes more than twice as long', () => {
    const { slower } = diffTraces(timed(1_000, 1_000, 90_000), timed(5_000, 5_000, 1_000));
    expect(slower).toMatchObject([{ name: 'work', beforeUs: 1_000, medianUs: 5_000, factor: 5 }]);
  });

  it.each([
    ['just twice as long', timed(10_000), timed(10_000 * SLOWER_FACTOR)],
    ['longer by less than the minimum', timed(10), timed(9 + MIN_SLOWER_US)],
    ['the same but for one slow call of three', timed(1_000, 1_000, 1_000), timed(1_000, 1_000, 90_000)],
  ])('has no slower operation if it is %s', (_what, before, after) => {
    expect(diffTraces(before, after).slower).toEqual([]);
  });

  it('is empty for any trace and itself', () => {
    const traces = fc.array(fc.record({ name: fc.constantFrom('a', 'b'), durationUs: fc.nat() }));
    fc.assert(
      fc.property(traces, (given) => {
        const trace = makeTrace(...given.map((parts, n) => makeSpan(`s${n}`, 'a', parts)));
        expect(diffTraces(trace, trace)).toEqual({ missing: [], added: [], slower: [] });
      }),
    );
  });
});
