// Token counts in the responses of models. Converse has one format; InvokeModel has one for each model family, whole or in chunks. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
import { z } from 'zod';
import { parsedOrUndefined, propertyOf } from '../json.ts';

/** Token counts as Bedrock reports them; `inputTokens` excludes tokens read from or written to the prompt cache. */
export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens?: number | undefined;
  cacheWriteInputTokens?: number | undefined;
  /** The part of `cacheWriteInputTokens` that is cached for an hour, for which the price differs. */
  cacheWrite1hInputTokens?: number | undefined;
}

/** The highest valid count of one call: more than any model reads, and low enough for the ledger. */
export const MAX_CALL_TOKENS = 100_000_000;

const Tokens = z.number().int().nonnegative().max(MAX_CALL_TOKENS);

/** The names of each count: of Converse and Nova, Anthropic, Bedrock in the last chunk of a stream, other families. */
const NAMES: Record<keyof TokenUsage, readonly string[]> = {
  inputTokens: [
    ...['inputTokens', 'input_tokens', 'inputTokenCount'],
    ...['inputTextTokenCount', 'prompt_token_count', 'prompt_tokens'], // Titan, Llama, Mistral
  ],
  outputTokens: [
    ...['outputTokens', 'output_tokens', 'outputTokenCount'],
    ...['totalOutputTextTokenCount', 'tokenCount', 'generation_token_count', 'completion_tokens'],
  ],
  cacheReadInputTokens: ['cacheReadInputTokens', 'cache_read_input_tokens', 'cacheReadInputTokenCount'],
  cacheWriteInputTokens: [
    'cacheWriteInputTokens',
    'cache_creation_input_tokens',
    'cacheWriteInputTokenCount',
  ],
  cacheWrite1hInputTokens: ['ephemeral_1h_input_tokens'],
};

/** The places of counts in a response or a chunk. Later places override earlier ones: Bedrock's counts are last. */
const PLACES: readonly (readonly string[])[] = [
  [],
  ['results', '0'], // Titan
  ['meta', 'billed_units'], // Cohere
  ['message', 'usage'], // Anthropic, the first chunk
  ['message', 'usage', 'cache_creation'],
  ['metadata', 'usage'], // Nova, the last chunk
  ['usage'],
  ['usage', 'cache_creation'],
  ['amazon-bedrock-invocationMetrics'],
];

/** Collects the counts of one call. Null and absent counts are ignored; any other invalid one makes all of them invalid. */
export class TokenCounter {
  #counts: Partial<TokenUsage> = {};
  #isInvalid = false;

  /** Reads a response, or the next chunk of one. */
  add(response: unknown): void {
    for (const place of PLACES) this.#read(place.reduce<unknown>(propertyOf, response));
    const details = propertyOf(propertyOf(response, 'usage'), 'cacheDetails');
    if (Array.isArray(details)) for (const detail of details) this.#readDetail(detail);
  }

  /** Undefined if a count is missing or invalid. An embedding (`isEmbedding`) has no output tokens. */
  usage(isEmbedding = false): TokenUsage | undefined {
    const { inputTokens, outputTokens = isEmbedding ? 0 : undefined } = this.#counts;
    if (this.#isInvalid || inputTokens === undefined || outputTokens === undefined) return undefined;
    return { ...this.#counts, inputTokens, outputTokens };
  }

  #read(counts: unknown): void {
    if (typeof counts !== 'object' || counts === null) return;
    for (const [count, names] of Object.entries(NAMES) as [keyof TokenUsage, readonly string[]][]) {
      for (const name of names) this.#set(count, propertyOf(counts, name));
    }
  }

  /** Converse's `{ ttl, inputTokens }`, a part of the tokens written. */
  #readDetail(detail: unknown): void {
    if (propertyOf(detail, 'ttl') === '1h')
      this.#set('cacheWrite1hInputTokens', propertyOf(detail, 'inputTokens'));
  }

  #set(count: keyof TokenUsage, value: unknown): void {
    if (value === undefined || value === null) return;
    const tokens = Tokens.safeParse(value).data;
    if (tokens === undefined) this.#isInvalid = true;
    else this.#counts[count] = tokens;
  }
}

/** The counts in `usage` of Converse, Nova and Anthropic; undefined if one is missing or invalid. */
export function usageOf(usage: unknown): TokenUsage | undefined {
  const counter = new TokenCounter();
  counter.add({ usage });
  return counter.usage();
}

const Nova = z.object({
  output: z.object({ message: z.object({ content: z.array(z.object({ text: z.string().optional() })) }) }),
});
const Anthropic = z.object({ content: z.array(z.object({ text: z.string().optional() })) });

export interface Invocation {
  text: string;
  usage: TokenUsage | undefined;
  /** The model, if the response names it. */
  model: string | undefined;
}

/** Reads the body of an InvokeModel response of Anthropic or Nova; undefined for any other text. */
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
