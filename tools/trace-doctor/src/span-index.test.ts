import { expect, it } from 'vitest';
import { indexSpans } from './span-index.ts';
import { makeSpan, processed, send } from './spans.fixture.ts';

it('the index finds a span by reference, its parent, and its children by start time', () => {
  const late = { ...processed, spanId: 'late', startUs: 5_000 };
  const index = indexSpans([late, processed, send]);
  expect(index.get({ traceId: send.traceId, spanId: 'process' })).toBe(processed);
  expect(index.parentOf(processed)).toBe(send);
  expect(index.childrenOf(send)).toEqual([processed, late]);
  expect(index.childrenOf(late)).toEqual([]);
});

it('the same span id in two traces is two spans', () => {
  const other = { ...send, traceId: 'b'.repeat(32) };
  const index = indexSpans([send, other, processed]);
  expect(index.parentOf(processed)).toBe(send);
  expect(index.childrenOf(other)).toEqual([]);
});

it('a cycle of parents is walked once', () => {
  const [one, two] = [
    makeSpan('one', 'a', { parentSpanId: 'two' }),
    makeSpan('two', 'a', { parentSpanId: 'one' }),
  ];
  expect(indexSpans([one, two]).below(one)).toEqual([one, two]);
});
