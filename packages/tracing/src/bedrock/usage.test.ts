import { expect, it } from 'vitest';
import { MAX_CALL_TOKENS, usageOf } from './usage.ts';

it('believes no more tokens than a call can have', () => {
  const usage = { inputTokens: 1, outputTokens: MAX_CALL_TOKENS };
  expect(usageOf(usage)).toEqual(usage);
  expect(usageOf({ ...usage, outputTokens: MAX_CALL_TOKENS + 1 })).toBeUndefined();
});
