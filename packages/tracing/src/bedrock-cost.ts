// What a model call costs: tokens times a price table, in integer micro-USD.
import type { Span } from '@opentelemetry/api';
import { ATTR_MESH_COST_MICRO_USD, ATTR_MESH_COST_USD } from './attributes.ts';
import { countModelCost } from './metrics.ts';

/** Token counts as Bedrock reports them; `inputTokens` leaves out what the prompt cache served or took in. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens?: number;
  cacheWriteInputTokens?: number;
}

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

/** The cost of a call in integer micro-USD, rounded up so that no call is free; undefined for an unknown model. */
export function costMicroUsd(modelId: string, usage: TokenUsage): number | undefined {
  const price = priceOf(modelId);
  if (!price) return undefined;
  return Math.ceil(
    usage.inputTokens * price.input +
      usage.outputTokens * price.output +
      (usage.cacheReadInputTokens ?? 0) * price.cacheRead +
      (usage.cacheWriteInputTokens ?? 0) * price.cacheWrite,
  );
}

/** Writes the cost onto the span of a Bedrock call; the instrumentation knows tokens but no prices. */
export function recordModelCost(
  span: Span,
  response: { request: { commandInput: { modelId?: unknown } }; data?: { usage?: TokenUsage } },
): void {
  const { modelId } = response.request.commandInput;
  const usage = response.data?.usage;
  if (typeof modelId !== 'string' || !usage) return;
  const cost = costMicroUsd(modelId, usage);
  if (cost === undefined) return;
  countModelCost(modelId, cost);
  span.setAttribute(ATTR_MESH_COST_MICRO_USD, cost);
  span.setAttribute(ATTR_MESH_COST_USD, cost / 1_000_000);
}
