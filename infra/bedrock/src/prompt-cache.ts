// Prompt caching as Bedrock bills it: the text before a cachePoint is written once and read from then on.
import { createHash } from 'node:crypto';
import { countTokens } from './reply.ts';

const MAX_PREFIXES = 1_000;

/** Remembers the newest MAX_PREFIXES prefixes. */
export class PromptCache {
  #seen = new Set<string>();

  /** Counts the tokens of `prefix` as written if it is new, else as read. */
  use(modelId: string, prefix: string): { cacheReadInputTokens: number; cacheWriteInputTokens: number } {
    const tokens = countTokens(prefix);
    if (tokens === 0) return { cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
    const key = createHash('sha256').update(`${modelId}\n${prefix}`).digest('base64');
    if (this.#seen.has(key)) return { cacheReadInputTokens: tokens, cacheWriteInputTokens: 0 };
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > MAX_PREFIXES && oldest !== undefined) this.#seen.delete(oldest);
    return { cacheReadInputTokens: 0, cacheWriteInputTokens: tokens };
  }
}
