// The cost of a model call: tokens times prices, in integer micro-USD.
import type { TokenUsage } from './usage.ts';

/** Prices in micro-USD per token, which is the same number as USD per million tokens. */
export interface ModelPrice {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** The price does not apply to calls with more input tokens, cached ones included. */
  maxInputTokens?: number;
}

const haiku3 = { input: 0.25, output: 1.25, cacheRead: 0.03, cacheWrite: 0.3 };
const haiku35 = { input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 };
const sonnet = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

/**
 * On-demand prices of the standard tier in us-east-1, by model id without date and version. Only listed models have a cost: models
 * of one family differ in price. Check the prices against the provider's list before billing.
 * https://aws.amazon.com/bedrock/pricing/
 */
export const MODEL_PRICES: Record<string, ModelPrice> = {
  'amazon.nova-micro': { input: 0.035, output: 0.14, cacheRead: 0.00875, cacheWrite: 0.035 },
  'amazon.nova-lite': { input: 0.06, output: 0.24, cacheRead: 0.015, cacheWrite: 0.06 },
  'amazon.nova-pro': { input: 0.8, output: 3.2, cacheRead: 0.2, cacheWrite: 0.8 },
  'anthropic.claude-3-haiku': haiku3,
  'anthropic.claude-3-5-haiku': haiku35,
  'anthropic.claude-3-sonnet': sonnet,
  'anthropic.claude-3-5-sonnet': sonnet,
  'anthropic.claude-3-7-sonnet': sonnet,
  'anthropic.claude-sonnet-4': { ...sonnet, maxInputTokens: 200_000 },
};

const ARN = /^arn:[\w-]+:bedrock:[\w-]*:\d*:(?:foundation-model|inference-profile)\/([^/]+)$/;
const PROFILE = /^(?:us|eu|apac|global)\./;
const DATE_AND_VERSION = /(?:-\d{8})?(?:-v\d+(?::\d+)?)?$/;

/**
 * The price of a model; undefined if it is not in the table. Takes a model id, the id of a cross-region inference profile (`us.…`)
 * or the ARN of either. The ARN of an application inference profile does not name the model.
 */
export function priceOf(modelId: string): ModelPrice | undefined {
  const id = ARN.exec(modelId)?.[1] ?? modelId;
  const name = id.replace(PROFILE, '').replace(DATE_AND_VERSION, '');
  return Object.hasOwn(MODEL_PRICES, name) ? MODEL_PRICES[name] : undefined;
}

/** Prices are multiples of 1/PARTS micro-USD. */
const PARTS = 100_000;

/** The cost of a call in integer micro-USD, rounded up so that no call is free; undefined if its price is not in the table. */
export function costMicroUsd(modelId: string, usage: TokenUsage): number | undefined {
  const price = priceOf(modelId);
  const { inputTokens, outputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
  if (!price || usage.cacheWrite1hInputTokens) return undefined;
  const allInput = inputTokens + cacheReadInputTokens + cacheWriteInputTokens;
  if (allInput > (price.maxInputTokens ?? Number.POSITIVE_INFINITY)) return undefined;
  // In integers: as doubles, 200 tokens at 0.035 are slightly more than 7, which would be rounded up to 8.
  const cost = (tokens: number, perToken: number) => tokens * Math.round(perToken * PARTS);
  const parts =
    cost(inputTokens, price.input) +
    cost(outputTokens, price.output) +
    cost(cacheReadInputTokens, price.cacheRead) +
    cost(cacheWriteInputTokens, price.cacheWrite);
  return Math.ceil(parts / PARTS);
}
