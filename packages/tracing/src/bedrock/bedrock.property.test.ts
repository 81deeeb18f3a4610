import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyJson, anyText, mangled } from '../arbitraries.fixture.ts';
import { costMicroUsd, MODEL_PRICES, priceOf } from './cost.ts';
import { readInvocation, type TokenUsage, usageOf } from './usage.ts';

const counts = fc.oneof(fc.nat(1_000), fc.nat(100_000_000));
const usages: fc.Arbitrary<TokenUsage> = fc.record(
  { inputTokens: counts, outputTokens: counts, cacheReadInputTokens: counts, cacheWriteInputTokens: counts },
  { requiredKeys: ['inputTokens', 'outputTokens'] },
);
const texts = fc.array(anyText, { maxLength: 3 });
const models = fc.constantFrom(...Object.keys(MODEL_PRICES));

const anthropic = (parts: string[], usage: TokenUsage, model?: string) => ({
  model,
  content: parts.map((text) => ({ type: 'text', text })),
  usage: {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation_input_tokens: usage.cacheWriteInputTokens,
  },
});
const nova = (parts: string[], usage: TokenUsage) => ({
  output: { message: { content: parts.map((text) => ({ text })) } },
  usage,
});

describe('any response of a model', () => {
  it('of Nova or Anthropic is read with text and tokens', () => {
    fc.assert(
      fc.property(texts, usages, models, (parts, usage, model) => {
        const expected = { text: parts.join(''), usage, model: undefined };
        expect(readInvocation(JSON.stringify(nova(parts, usage)))).toEqual(expected);
        expect(readInvocation(JSON.stringify(anthropic(parts, usage, model)))).toEqual({
          ...expected,
          model,
        });
      }),
    );
  });

  it('that is malformed is undefined, or has text and integer tokens', () => {
    const answers = fc.tuple(texts, usages).map(([parts, usage]) => JSON.stringify(nova(parts, usage)));
    const bodies = fc.oneof(
      mangled(answers),
      anyText,
      anyJson.map((json) => JSON.stringify(json)),
      fc
        .tuple(anyJson, anyJson, anyJson)
        .map(([content, usage, model]) => JSON.stringify({ content, usage, model })),
      fc
        .tuple(texts, anyJson)
        .map(([parts, usage]) => JSON.stringify({ content: parts.map((text) => ({ text })), usage })),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const read = readInvocation(body);
        if (!read) return;
        expect(typeof read.text).toBe('string');
        expect(['string', 'undefined']).toContain(typeof read.model);
        for (const n of Object.values(read.usage ?? {}))
          expect(n === undefined || (Number.isSafeInteger(n) && n >= 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has no usage if a count is invalid', () => {
    const bad = fc.oneof(
      fc.double({ max: -1e-9 }),
      fc.double({ min: 0.1, max: 0.9 }),
      fc.constantFrom('1', Number.NaN, [1], true),
    );
    fc.assert(
      fc.property(
        usages,
        fc.constantFrom('inputTokens', 'outputTokens', 'cacheReadInputTokens'),
        bad,
        (usage, field, value) => {
          expect(usageOf({ ...usage, [field]: value })).toBeUndefined();
          expect(usageOf(usage)).toEqual(usage);
        },
      ),
    );
  });
});

describe('the cost of any call', () => {
  /** Prices as integer multiples of 10^-5, so that nothing is rounded. */
  const exact = (price: number) => BigInt(price.toFixed(5).replace('.', ''));

  it('is exactly its tokens times their prices, rounded up once', () => {
    fc.assert(
      fc.property(
        models,
        fc.constantFrom('', 'us.', 'eu.', 'apac.', 'global.'),
        usages,
        (model, profile, usage) => {
          const price = priceOf(model);
          if (!price) throw new Error(`no price for ${model}`);
          const { inputTokens, cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
          const input = inputTokens + cacheReadInputTokens + cacheWriteInputTokens;
          fc.pre(input <= (price.maxInputTokens ?? input));
          const parts =
            BigInt(usage.inputTokens) * exact(price.input) +
            BigInt(usage.outputTokens) * exact(price.output) +
            BigInt(usage.cacheReadInputTokens ?? 0) * exact(price.cacheRead) +
            BigInt(usage.cacheWriteInputTokens ?? 0) * exact(price.cacheWrite);
          expect(costMicroUsd(`${profile}${model}-v1:0`, usage)).toBe(Number((parts + 99_999n) / 100_000n));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is undefined for any other model id', () => {
    fc.assert(
      fc.property(anyText, usages, (model, usage) => {
        expect(costMicroUsd(model, usage)).toBeUndefined();
      }),
    );
  });
});
