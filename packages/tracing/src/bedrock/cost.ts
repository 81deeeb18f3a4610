// What a model call costs: tokens times a price table, in integer micro-USD.
import type { TokenUsage } from './usage.ts';

/** Prices in micro-USD per token, which is the same number as USD per million tokens. */
export interface ModelPrice {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** On-demand prices by model id prefix, longest match first. Check them against the provider's list before billing. */
export const MODEL_PRICES: Record<string, ModelPrice> = {
  'amazon.nova-micro': { input: 0.035, output: 0.14, cacheRead: 0.00875, cacheWrite: 0.035 },
  'amazon.nova-lite': { input: 0.06, output: 0.24, cacheRead: 0.015, cacheWrite: 0.06 },
  'amazon.nova-pro': { input: 0.8, output: 3.2, cacheRead: 0.2, cacheWrite: 0.8 },
  'anthropic.claude': { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
};

/** The price of a model, or undefined for one that the table does not know (inference-profile prefixes are skipped). */
export function priceOf(modelId: string): ModelPrice | undefined {
  const id = modelId.replace(/^(us|eu|apac|global)\./, '');
  const prefix = Object.keys(MODEL_PRICES)
    .filter((known) => id.startsWith(known))
    .sort((a, b) => b.length - a.length)[0];
  return prefix === undefined ? undefined : MODEL_PRICES[prefix];
}

/** Prices are exact to so many parts of a micro-USD. */
const PARTS = 100_000;

/** The cost of a call in integer micro-USD, rounded up so that no call is free; undefined for an unknown model. */
export function costMicroUsd(modelId: string, usage: TokenUsage): number | undefined {
  const price = priceOf(modelId);
  if (!price) return undefined;
  // In whole parts: 200 tokens at 0.035 are 7, and as doubles a little more, which would round up to 8.
  const cost = (tokens: number, perToken: number) => tokens * Math.round(perToken * PARTS);
  const parts =
    cost(usage.inputTokens, price.input) +
    cost(usage.outputTokens, price.output) +
    cost(usage.cacheReadInputTokens ?? 0, price.cacheRead) +
    cost(usage.cacheWriteInputTokens ?? 0, price.cacheWrite);
  return Math.ceil(parts / PARTS);
}
