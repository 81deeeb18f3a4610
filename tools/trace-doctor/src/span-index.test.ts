import { expect, it } from 'vitest';
import { indexSpans } from './span-index.ts';
import { makeSpan, processed, send } from './spans.fixture.ts';

it('leads from a reference to its span, to its parent and to its children by start', () => {
  const late = { ...processed, spanId: 'late', startUs: 5_000 };
  const index = indexSpans([late, processed, send]);
  expect(index.get({ traceId: send.traceId, spanId: 'process' })).toBe(processed);
  expect(index.parentOf(processed)).toBe(send);
  expect(index.childrenOf(send)).toEqual([processed, late]);
  expect(index.childrenOf(late)).toEqual([]);
});

it('takes the same span id in two traces for two spans', () => {
  const other = { ...send, traceId: 'b'.repeat(32) };
  const index = indexSpans([send, other, processed]);
  expect(index.parentOf(processed)).toBe(send);
  expect(index.childrenOf(other)).toEqual([]);
});

it('walks a cycle of parents once', () => {
  const [one, two] = [
    makeSpan('one', 'a', { parentSpanId: 'two' }),
    makeSpan('two', 'a', { parentSpanId: 'one' }),
  ];
  expect(indexSpans([one, two]).below(one)).toEqual([one, two]);
});
