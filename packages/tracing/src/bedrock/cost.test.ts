import { describe, expect, it } from 'vitest';
import { costMicroUsd, priceOf } from './cost.ts';

describe('the cost of a model call', () => {
  it('is tokens times price, in integer micro-USD, rounded up', () => {
    expect(costMicroUsd('amazon.nova-lite-v1:0', { inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(
      300_000,
    );
    expect(costMicroUsd('amazon.nova-lite-v1:0', { inputTokens: 1, outputTokens: 0 })).toBe(1);
  });

  it('is exact where doubles are not: 200 tokens at 0.035 are 7', () => {
    expect(costMicroUsd('amazon.nova-micro-v1:0', { inputTokens: 200, outputTokens: 0 })).toBe(7);
  });

  it('counts what the prompt cache served and took in, each at its own price', () => {
    const usage = {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadInputTokens: 1_000_000,
      cacheWriteInputTokens: 1_000_000,
    };
    expect(costMicroUsd('anthropic.claude-sonnet-4-v1:0', usage)).toBe(4_050_000);
  });

  it('knows a model by its inference profile too', () => {
    expect(priceOf('eu.amazon.nova-pro-v1:0')).toEqual(priceOf('amazon.nova-pro-v1:0'));
  });

  it('is unknown, not free, for a model without a price', () => {
    expect(costMicroUsd('nobody.model-1', { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
  });
});
