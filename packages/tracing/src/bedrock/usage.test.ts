import { expect, it } from 'vitest';
import { MAX_CALL_TOKENS, usageOf } from './usage.ts';

it('a count is accepted up to what a call can have', () => {
  const usage = { inputTokens: 1, outputTokens: MAX_CALL_TOKENS };
  expect(usageOf(usage)).toEqual(usage);
  expect(usageOf({ ...usage, outputTokens: MAX_CALL_TOKENS + 1 })).toBeUndefined();
});

it('a usage without input or without output tokens is not complete', () => {
  expect(usageOf({ inputTokens: 1 })).toBeUndefined();
  expect(usageOf({ inputTokens: null, outputTokens: 1 })).toBeUndefined();
  expect(usageOf(null)).toBeUndefined();
});
