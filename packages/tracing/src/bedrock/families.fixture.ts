// Responses of every model family for 10 input and 5 output tokens, and their cost in micro-USD where it is known.
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect } from 'vitest';

export const SONNET = 'anthropic.claude-3-5-sonnet-20241022-v2:0';
export const text = 'some text';
export const anthropic = (usage: object) => ({
  model: 'claude-3',
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  usage,
});

/** The responses of InvokeModel. */
export const WHOLE: [family: string, modelId: string, response: object, cost: number | undefined][] = [
  ['Claude', SONNET, anthropic({ input_tokens: 10, output_tokens: 5 }), 105],
  [
    'Nova',
    'amazon.nova-lite-v1:0',
    {
      output: { message: { content: [{ text }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: 5 },
    },
    2,
  ],
  [
    'Titan',
    'amazon.titan-text-express-v1',
    { inputTextTokenCount: 10, results: [{ tokenCount: 5, outputText: text, completionReason: 'end_turn' }] },
    undefined,
  ],
  [
    'Llama',
    'us.meta.llama3-3-70b-instruct-v1:0',
    { generation: text, prompt_token_count: 10, generation_token_count: 5, stop_reason: 'end_turn' },
    undefined,
  ],
  [
    'Mistral',
    'mistral.mistral-large-2407-v1:0',
    {
      choices: [{ message: { content: text }, finish_reason: 'end_turn' }],
      usage: { prompt_tokens: 10, completion_tokens: 5 },
    },
    undefined,
  ],
  [
    'Cohere',
    'cohere.command-r-v1:0',
    { text, finish_reason: 'end_turn', meta: { billed_units: { input_tokens: 10, output_tokens: 5 } } },
    undefined,
  ],
];

export const METRICS = { inputTokenCount: 10, outputTokenCount: 5 };
/** The field of the last chunk with Bedrock's own counts. */
export const LAST = 'amazon-bedrock-invocationMetrics';
/** The chunks of InvokeModelWithResponseStream. */
export const STREAMED: [family: string, modelId: string, chunks: object[], cost: number | undefined][] = [
  [
    'Claude',
    SONNET,
    [
      { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } },
      { type: 'content_block_delta', delta: { type: 'text_delta', text } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
    ],
    105,
  ],
  [
    'Nova',
    'eu.amazon.nova-lite-v1:0',
    [
      { contentBlockDelta: { delta: { text } } },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: { inputTokens: 10, outputTokens: 5 } } },
    ],
    2,
  ],
  [
    'Titan',
    'amazon.titan-text-express-v1',
    [
      {
        outputText: text,
        inputTextTokenCount: null,
        totalOutputTextTokenCount: null,
        completionReason: null,
      },
      { outputText: '', inputTextTokenCount: 10, totalOutputTextTokenCount: 5, completionReason: 'end_turn' },
    ],
    undefined,
  ],
  [
    'Llama',
    'meta.llama3-1-8b-instruct-v1:0',
    [
      { generation: text, prompt_token_count: 10, generation_token_count: 1, stop_reason: null },
      { generation: text, prompt_token_count: null, generation_token_count: 5, stop_reason: 'end_turn' },
    ],
    undefined,
  ],
  [
    'Mistral',
    'mistral.mistral-7b-instruct-v0:2',
    [
      { outputs: [{ text, stop_reason: null }] },
      { outputs: [{ text, stop_reason: 'end_turn' }], [LAST]: METRICS },
    ],
    undefined,
  ],
  ['Cohere', 'cohere.command-r-v1:0', [{ text }, { finish_reason: 'end_turn', [LAST]: METRICS }], undefined],
];

/** Asserts the span of a call with 10 tokens in and 5 out. */
export function expectTokens(
  call: ReadableSpan | undefined,
  modelId: string,
  cost: number | undefined,
): void {
  expect(call?.name).toBe(`chat ${modelId}`);
  expect(call?.attributes).toMatchObject({
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': modelId,
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'gen_ai.response.finish_reasons': ['end_turn'],
  });
  expect(call?.attributes['mesh.cost.micro_usd']).toBe(cost);
  expect(call?.attributes['mesh.cost.unknown']).toBe(cost === undefined ? 'no_price' : undefined);
}
