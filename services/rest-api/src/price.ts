// What a task may cost at most, before it has run: this much of the budget is set aside.
import { MODEL_PRICES } from '@trace-mesh/tracing/bedrock-cost';

/** Text is counted at a token for every three characters, on the safe side of the usual four. */
const CHARACTERS_PER_TOKEN = 3;

/** An upper bound in integer micro-USD: every token at the dearest price that any known model asks. */
export function maxCostMicroUsd(prompt: string, maxTokens: number): number {
  const prices = Object.values(MODEL_PRICES);
  const input = Math.max(...prices.map((price) => price.input));
  const output = Math.max(...prices.map((price) => price.output));
  return Math.ceil((prompt.length / CHARACTERS_PER_TOKEN) * input + maxTokens * output);
}
