// InvokeModel, whole and streamed, with every model family: tokens and cost on the span, or why there is no cost.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';
import { withSpan } from '../spans/span.ts';
import { anthropic, expectTokens, LAST, METRICS, SONNET, STREAMED, text, WHOLE } from './families.fixture.ts';

const tracing = startInstrumented('aws-sdk');
const { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand } =
  await import('@aws-sdk/client-bedrock-runtime');
const { startModelServer } = await import('./model-server.fixture.ts');

const server = await startModelServer();
const bedrock = new BedrockRuntimeClient(server.options);
afterEach(() => tracing.reset());
afterAll(() => {
  bedrock.destroy();
  server[Symbol.dispose]();
});

const calls = () => tracing.spans().filter((span) => span.kind === SpanKind.CLIENT);
const invoke = (modelId: string, request: object = {}) =>
  withSpan('work', {}, () =>
    bedrock.send(new InvokeModelCommand({ modelId, body: JSON.stringify(request) })),
  );

describe('InvokeModel', () => {
  it.each(WHOLE)(
    'with %s has its tokens, and a cost or the reason for none',
    async (_, modelId, body, cost) => {
      server.respond({ body });
      await invoke(modelId);
      expectTokens(calls()[0], modelId, cost);
    },
  );

  it.each([
    ['null', null, 105, undefined],
    ['absent', undefined, 105, undefined],
    ['zero', 0, 105, 0],
    ['1000', 1000, 105 + 300 + 3750, 1000],
  ])('counts cached tokens that are %s', async (_, cached, cost, attribute) => {
    const counts = { cache_read_input_tokens: cached, cache_creation_input_tokens: cached };
    server.respond({ body: anthropic({ input_tokens: 10, output_tokens: 5, ...counts }) });
    await invoke(SONNET);
    expect(calls()[0]?.attributes['mesh.cost.micro_usd']).toBe(cost);
    expect(calls()[0]?.attributes['gen_ai.usage.cache_read.input_tokens']).toBe(attribute);
    expect(calls()[0]?.attributes['gen_ai.usage.input_tokens']).toBe(10 + 2 * (cached ?? 0));
  });

  it.each([
    ['a string', '1000'],
    ['negative', -1],
    ['a fraction', 1.5],
    ['more than a call can have', 1e15],
  ])('has neither tokens nor cost if a count is %s', async (_, count) => {
    server.respond({
      body: anthropic({ input_tokens: 10, output_tokens: 5, cache_read_input_tokens: count }),
    });
    await invoke(SONNET);
    expect(calls()[0]?.attributes['mesh.cost.unknown']).toBe('no_tokens');
    expect(calls()[0]?.attributes).not.toHaveProperty(['gen_ai.usage.input_tokens']);
    expect(calls()[0]?.attributes).not.toHaveProperty(['mesh.cost.micro_usd']);
  });

  it.each([
    ['amazon.titan-embed-text-v2:0', { embedding: [0.1], inputTextTokenCount: 10 }],
    ['cohere.embed-english-v3', { embeddings: [[0.1]], response_type: 'embeddings_floats' }],
    [
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2',
      { embedding: [0.1], inputTextTokenCount: 10 },
    ],
  ])('is called embeddings for %s', async (modelId, body) => {
    server.respond({ body });
    await invoke(modelId, { inputText: 'hello' });
    expect(calls()[0]?.name).toBe(`embeddings ${modelId}`);
    expect(calls()[0]?.attributes['gen_ai.operation.name']).toBe('embeddings');
    expect(calls()[0]?.attributes['gen_ai.usage.input_tokens']).toBe(
      'inputTextTokenCount' in body ? 10 : undefined,
    );
    expect(calls()[0]?.attributes['mesh.cost.unknown']).toBeDefined();
  });

  it.each([
    ['us.amazon.nova-lite-v1:0', 2],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', 2],
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0', 2],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2', undefined],
    ['arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1b2', undefined],
  ])(
    'with the model id %s has its tokens, and the cost if the id names a priced model',
    async (modelId, cost) => {
      server.respond({ body: WHOLE[1]?.[2] });
      await invoke(modelId);
      expectTokens(calls()[0], modelId, cost);
    },
  );

  it.each([
    ['stability.sd3-5-large-v1:0', 'generate_content'],
    ['amazon.nova-canvas-v1:0', 'generate_content'],
    ['cohere.rerank-v3-5:0', 'rerank'],
  ])('has the operation of %s in its name: %s', async (modelId, operation) => {
    server.respond({ body: { images: ['aGk='] } });
    await invoke(modelId);
    expect(calls()[0]?.name).toBe(`${operation} ${modelId}`);
  });

  it.each([
    ['Claude', { max_tokens: 9, temperature: 0.5, top_p: 0.9, stop_sequences: ['x'] }],
    ['Nova', { inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['x'] } }],
    [
      'Titan',
      { textGenerationConfig: { maxTokenCount: 9, temperature: 0.5, topP: 0.9, stopSequences: ['x'] } },
    ],
    ['Llama', { max_gen_len: 9, temperature: 0.5, top_p: 0.9, stop: ['x'] }],
    ['Mistral', { max_tokens: 9, temperature: 0.5, top_p: 0.9, stop: ['x'] }],
    ['Cohere', { max_tokens: 9, temperature: 0.5, p: 0.9, stop_sequences: ['x'] }],
  ])("reads %s's parameters", async (_, request) => {
    server.respond({ body: {} });
    await invoke('a.model', request);
    expect(calls()[0]?.attributes).toMatchObject({
      'gen_ai.request.max_tokens': 9,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.stop_sequences': ['x'],
    });
  });

  it.each([
    ['flex', { serviceTier: 'flex' as const }],
    ['optimized latency', { performanceConfigLatency: 'optimized' as const }],
  ])('has no cost if the price of %s applies', async (_, options) => {
    server.respond({ body: anthropic({ input_tokens: 10, output_tokens: 5 }) });
    await bedrock.send(new InvokeModelCommand({ modelId: SONNET, body: '{}', ...options }));
    expect(calls()[0]?.attributes['mesh.cost.unknown']).toBe('no_price');
    expect(calls()[0]?.attributes['gen_ai.usage.input_tokens']).toBe(10);
  });
});

it('Converse has no cost if tokens are cached for an hour: the table has the price of five minutes', async () => {
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 115, cacheWriteInputTokens: 100 };
  const cacheDetails = [{ ttl: '1h', inputTokens: 100 }];
  const message = { role: 'assistant', content: [{ text }] };
  server.respond({
    body: { output: { message }, stopReason: 'end_turn', usage: { ...usage, cacheDetails } },
  });
  await bedrock.send(new ConverseCommand({ modelId: SONNET, messages: [] }));
  expect(calls()[0]?.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 110,
    'mesh.cost.unknown': 'no_price',
  });
});

describe('InvokeModelWithResponseStream', () => {
  const start = (modelId: string) =>
    bedrock.send(new InvokeModelWithResponseStreamCommand({ modelId, body: '{}' }));

  it.each(STREAMED)(
    'with %s has its tokens, and a cost or the reason for none',
    async (_, modelId, chunks, cost) => {
      server.respond({ chunks });
      const { body } = await start(modelId);
      const received = [];
      for await (const { chunk } of body ?? [])
        received.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()));
      expect(received).toEqual(chunks);
      expectTokens(calls()[0], modelId, cost);
      expect(calls()[0]?.attributes['gen_ai.request.stream']).toBe(true);
    },
  );

  it("prefers Bedrock's own counts in the last chunk, and keeps those that only the first has", async () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 1,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: null,
    };
    server.respond({ chunks: [{ message: { usage } }, { type: 'message_stop', [LAST]: METRICS }] });
    for await (const _ of (await start(SONNET)).body ?? []);
    expect(calls()[0]?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 1010,
      'gen_ai.usage.output_tokens': 5,
      'mesh.cost.micro_usd': 405,
    });
  });

  it('is marked as abandoned if the reader leaves', async () => {
    const [, modelId, chunks] = STREAMED[0] as (typeof STREAMED)[number];
    server.respond({ chunks });
    for await (const _ of (await start(modelId)).body ?? []) break;
    expect(calls()[0]?.attributes).toMatchObject({
      'mesh.stream.abandoned': true,
      'error.type': 'abandoned',
      'mesh.cost.micro_usd': 45,
    });
  });

  it('ends its span with the error if the stream breaks', async () => {
    server.respond({ bytes: 'no event stream' });
    const reading = async () => {
      for await (const _ of (await start(SONNET)).body ?? []);
    };
    await expect(reading()).rejects.toThrow();
    expect(calls()[0]?.status.code).toBe(SpanStatusCode.ERROR);
    expect(calls()[0]?.attributes).not.toHaveProperty(['mesh.stream.abandoned']);
  });
});
