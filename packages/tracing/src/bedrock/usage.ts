// What a model's answer says of tokens, in each dialect: Converse has one for all models, InvokeModel each model its own.
import { z } from 'zod';
import { parsedOrUndefined } from '../json.ts';

/** Token counts as Bedrock reports them; `inputTokens` leaves out what the prompt cache served or took in. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens?: number | undefined;
  cacheWriteInputTokens?: number | undefined;
}

/** The most tokens of one call that are believed: far more than any model reads, and little enough to be charged. */
export const MAX_CALL_TOKENS = 100_000_000;

const Tokens = z.number().int().nonnegative().max(MAX_CALL_TOKENS);

/** The usage of Converse, of a stream's `metadata` event, and of InvokeModel with Amazon Nova. */
const NovaUsage = z.object({
  inputTokens: Tokens,
  outputTokens: Tokens,
  cacheReadInputTokens: Tokens.optional(),
  cacheWriteInputTokens: Tokens.optional(),
});
const AnthropicUsage = z
  .object({
    input_tokens: Tokens,
    output_tokens: Tokens,
    cache_read_input_tokens: Tokens.optional(),
    cache_creation_input_tokens: Tokens.optional(),
  })
  .transform((usage) => ({
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadInputTokens: usage.cache_read_input_tokens,
    cacheWriteInputTokens: usage.cache_creation_input_tokens,
  }));
const Usage = z.union([NovaUsage, AnthropicUsage]);

const Nova = z.object({
  output: z.object({ message: z.object({ content: z.array(z.object({ text: z.string().optional() })) }) }),
});
const Anthropic = z.object({ content: z.array(z.object({ text: z.string().optional() })) });

/** The answer of InvokeModel, whichever model gave it. */
export interface Invocation {
  text: string;
  usage: TokenUsage | undefined;
  /** The model that answered, where it names itself. */
  model: string | undefined;
}

/** The usage that `value` holds, or undefined where it holds none that is known. */
export function usageOf(value: unknown): TokenUsage | undefined {
  return Usage.safeParse(value).data;
}

/** Reads the body of an InvokeModel answer, of Anthropic's or Nova's models. Undefined where it is neither's, or no JSON. */
export function readInvocation(body: string): Invocation | undefined {
  const json = parsedOrUndefined(body) as { usage?: unknown; model?: unknown } | undefined;
  const blocks = Nova.safeParse(json).data?.output.message.content ?? Anthropic.safeParse(json).data?.content;
  if (!json || !blocks) return undefined;
  return {
    text: blocks.map((block) => block.text ?? '').join(''),
    usage: usageOf(json.usage),
    model: typeof json.model === 'string' ? json.model : undefined,
  };
}
