import { describe, expect, it } from 'vitest';
import { costMicroUsd, priceOf } from './cost.ts';

describe('the cost of a model call', () => {
  it('is tokens times price, in integer micro-USD, rounded up', () => {
    expect(costMicroUsd('amazon.nova-lite-v1:0', { inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(
      300_000,
    );
    expect(costMicroUsd('amazon.nova-lite-v1:0', { inputTokens: 1, outputTokens: 0 })).toBe(1);
  });

  it('is exact where doubles are not: 200 tokens at 0.035 cost 7', () => {
    expect(costMicroUsd('amazon.nova-micro-v1:0', { inputTokens: 200, outputTokens: 0 })).toBe(7);
  });

  it('has prices for tokens read from and written to the prompt cache', () => {
    const tokens = { inputTokens: 0, outputTokens: 0 };
    const usage = { ...tokens, cacheReadInputTokens: 1_000_000, cacheWriteInputTokens: 1_000_000 };
    expect(costMicroUsd('anthropic.claude-3-7-sonnet-20250219-v1:0', usage)).toBe(4_050_000);
  });

  it('is undefined above the input to which the price applies', () => {
    const claude = 'anthropic.claude-sonnet-4-20250514-v1:0';
    const usage = { inputTokens: 100_000, outputTokens: 1, cacheReadInputTokens: 100_000 };
    expect(costMicroUsd(claude, usage)).toBe(330_015);
    expect(costMicroUsd(claude, { ...usage, inputTokens: 100_001 })).toBeUndefined();
  });

  it('is undefined for tokens that are cached for an hour', () => {
    const usage = { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 9, cacheWrite1hInputTokens: 9 };
    expect(costMicroUsd('anthropic.claude-3-7-sonnet-20250219-v1:0', usage)).toBeUndefined();
  });
});

describe('the price of a model', () => {
  it.each([
    'amazon.nova-pro',
    'amazon.nova-pro-v1:0',
    'us.amazon.nova-pro-v1:0',
    'eu.amazon.nova-pro-v1:0',
    'apac.amazon.nova-pro-v1:0',
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0',
  ])('is found for %s', (modelId) => {
    expect(priceOf(modelId)).toMatchObject({ input: 0.8, output: 3.2 });
  });

  it.each([
    ['anthropic.claude-3-haiku-20240307-v1:0', 0.25],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 0.8],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 3],
    ['global.anthropic.claude-sonnet-4-20250514-v1:0', 3],
  ])('of %s is that of the model', (modelId, input) => {
    expect(priceOf(modelId)?.input).toBe(input);
  });

  it.each([
    ['another model of a family', 'anthropic.claude-opus-4-20250514-v1:0'],
    ['a later model of a family', 'anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['a model with a longer name', 'amazon.nova-lite-plus-v1:0'],
    ['a model that is provisioned', 'amazon.nova-lite-v1:0:300k'],
    ['a partition with other prices', 'us-gov.amazon.nova-lite-v1:0'],
    [
      'an application inference profile',
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3',
    ],
    ['provisioned throughput', 'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2c3'],
    ['a custom model', 'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0/a1b2c3'],
    [
      'an endpoint of another service',
      'arn:aws:sagemaker:us-east-1:123456789012:endpoint/amazon.nova-lite-v1:0',
    ],
    ['a property of every object', 'constructor'],
    ['nothing', ''],
  ])('is undefined for %s', (_, modelId) => {
    expect(priceOf(modelId)).toBeUndefined();
    expect(costMicroUsd(modelId, { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
  });
});
