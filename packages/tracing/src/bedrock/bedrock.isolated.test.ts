// Converse, InvokeModel and ConverseStream, against the double: their spans, the ends of these, and the headers that leave the mesh.
import { context, propagation, SpanKind } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { withMcpContext } from '../context/mcp-context.ts';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';
import { withSpan } from '../spans/span.ts';

const tracing = startInstrumented('aws-sdk', 'http', 'undici');
const { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } = await import(
  '@aws-sdk/client-bedrock-runtime'
);
const { startDouble } = await import('@trace-mesh/bedrock-double/fixture');
const { converseStream } = await import('./stream.ts');
const { traceRetries } = await import('./retries.ts');

const double = await startDouble();
const bedrock = traceRetries(
  new BedrockRuntimeClient({
    endpoint: double.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }),
);
afterEach(() => tracing.reset());
afterAll(async () => {
  bedrock.destroy();
  await double[Symbol.asyncDispose]();
});

const modelId = 'amazon.nova-lite-v1:0';
const messages = (text: string) => [{ role: 'user' as const, content: [{ text }] }];
const chats = () =>
  tracing.spans().filter((span) => span.kind === SpanKind.CLIENT && span.name.startsWith('chat '));
const soon = <T>(claim: () => T | Promise<T>) => vi.waitFor(claim, { timeout: 5_000 });

describe('Converse', () => {
  it('has one span with model, tokens, cache tokens, finish reason and cost', async () => {
    const system = [{ text: 'You are brief, please.' }, { cachePoint: { type: 'default' as const } }];
    await withSpan('work', {}, () =>
      bedrock.send(
        new ConverseCommand({
          modelId,
          system,
          messages: messages('Hello?'),
          inferenceConfig: { maxTokens: 5 },
        }),
      ),
    );
    const [chat] = chats();
    const [work] = tracing.spans().filter((span) => span.name === 'work');
    expect(chat?.parentSpanContext?.spanId).toBe(work?.spanContext().spanId);
    expect(chat?.name).toBe(`chat ${modelId}`);
    expect(chat?.attributes).toMatchObject({
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': modelId,
      'gen_ai.response.model': modelId,
      'gen_ai.request.max_tokens': 5,
      'gen_ai.response.finish_reasons': ['max_tokens'],
      'gen_ai.usage.input_tokens': 8,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cache_read.input_tokens': 0,
      'gen_ai.usage.cache_creation.input_tokens': 6,
      'mesh.cost.micro_usd': 2,
      'mesh.cost.usd': 0.000002,
      'rpc.system.name': 'aws-api',
      'rpc.method': 'BedrockRuntime/Converse',
    });
    for (const old of ['gen_ai.system', 'rpc.system', 'rpc.service'])
      expect(chat?.attributes).not.toHaveProperty([old]);
  });

  it('has one event for each retry, with attempt, delay and cause', async () => {
    await bedrock.send(new ConverseCommand({ modelId, messages: messages('[[throttle:1]] [[fail:1]]') }));
    const [chat] = chats();
    const retries = chat?.events.filter((event) => event.name === 'retry').map((event) => event.attributes);
    expect(retries).toEqual([
      {
        'mesh.retry.attempt': 2,
        'mesh.retry.delay_ms': expect.any(Number),
        'error.type': 'ThrottlingException',
      },
      {
        'mesh.retry.attempt': 3,
        'mesh.retry.delay_ms': expect.any(Number),
        'error.type': 'InternalServerException',
      },
    ]);
    expect(chat?.attributes).not.toHaveProperty('error.type');
  });

  it('records its error once, on the span of the call', async () => {
    const failing = withSpan('work', {}, () =>
      bedrock.send(new ConverseCommand({ modelId, messages: messages('[[fail:9]]') })),
    );
    await expect(failing).rejects.toThrow('could not answer');
    const [chat, work] = [chats()[0], tracing.spans().find((span) => span.name === 'work')];
    expect(chat?.attributes['error.type']).toBe('InternalServerException');
    expect(chat?.events.filter((event) => event.name === 'exception')).toHaveLength(1);
    expect(work?.events).toHaveLength(0);
  });
});

describe('InvokeModel', () => {
  const invoke = (model: string, body: object) =>
    bedrock.send(
      new InvokeModelCommand({ modelId: model, contentType: 'application/json', body: JSON.stringify(body) }),
    );

  it('has the same span as Converse, with Nova', async () => {
    await invoke(modelId, { messages: messages('Hello?'), inferenceConfig: { maxTokens: 7 } });
    expect(chats()[0]?.name).toBe(`chat ${modelId}`);
    expect(chats()[0]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.max_tokens': 7,
      'gen_ai.usage.input_tokens': 2,
      'gen_ai.usage.output_tokens': 7,
      'gen_ai.response.finish_reasons': ['max_tokens'],
      'mesh.cost.micro_usd': 2,
    });
  });

  it('has the same span as Converse, with Anthropic', async () => {
    const model = 'anthropic.claude-sonnet-4-20250514-v1:0';
    const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: messages('Hello?') };
    await invoke(model, { ...body, messages: [{ role: 'user', content: 'Hello?' }] });
    expect(chats()[0]?.attributes).toMatchObject({
      'gen_ai.response.model': model,
      'gen_ai.request.max_tokens': 9,
      'gen_ai.usage.output_tokens': 9,
      'mesh.cost.micro_usd': 141,
    });
  });
});

describe('ConverseStream', () => {
  const start = (text: string, signal: AbortSignal) =>
    converseStream(bedrock, { modelId, messages: messages(text) }, signal);
  const never = () => new AbortController().signal;
  const abortedAtServer = (text: string) =>
    soon(async () =>
      expect(await double.recorded()).toContainEqual(
        expect.objectContaining({ aborted: true, body: expect.stringContaining(text) }),
      ),
    );

  it('ends its span with usage and cost when it is read to the end', async () => {
    for await (const _ of await start('Read me.', never())) expect(chats()).toEqual([]);
    await soon(() => expect(chats()).toHaveLength(1));
    expect(chats()[0]?.attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.usage.input_tokens': 2,
      'gen_ai.response.finish_reasons': ['end_turn'],
      'mesh.cost.micro_usd': expect.any(Number),
    });
    expect(chats()[0]?.attributes).not.toHaveProperty(['mesh.stream.abandoned']);
  });

  it.each(['while reading', 'before reading'])(
    'is aborted, and its span ended, when the caller leaves %s',
    async (when) => {
      const leave = new AbortController();
      const text = `${when} [[slow:300]]`;
      const stream = await start(text, leave.signal);
      if (when === 'before reading') leave.abort();
      else for await (const _ of stream) leave.abort();
      await soon(() => expect(chats()).toHaveLength(1));
      expect(chats()[0]?.attributes).toMatchObject({
        'mesh.stream.abandoned': true,
        'error.type': 'abandoned',
      });
      await abortedAtServer(when);
    },
  );

  it('ends its span when the reader breaks out', async () => {
    for await (const _ of await start('break out [[slow:300]]', never())) break;
    await soon(() => expect(chats()[0]?.attributes['mesh.stream.abandoned']).toBe(true));
  });

  it('ends its span when it never begins', async () => {
    await expect(start('[[fail:9]]', never())).rejects.toThrow('could not answer');
    expect(chats()[0]?.attributes['error.type']).toBe('InternalServerException');
  });
});

it('no context leaves the trust boundary', async () => {
  const ctx = withMcpContext(
    propagation.setBaggage(context.active(), propagation.createBaggage({ plan: { value: 'gold' } })),
    { tenantId: 'acme', userId: 'ann', sessionId: 's', costLimitMicroUsd: 50_000 },
  );
  await context.with(ctx, () =>
    withSpan('work', {}, async () => {
      await bedrock.send(new ConverseCommand({ modelId, messages: messages('boundary') }));
      const signal = new AbortController().signal;
      for await (const _ of await converseStream(
        bedrock,
        { modelId, messages: messages('boundary') },
        signal,
      ));
      const body = JSON.stringify({ messages: messages('boundary') });
      await bedrock.send(new InvokeModelCommand({ modelId, contentType: 'application/json', body }));
    }),
  );
  const sent = (await double.recorded()).filter((request) => request.body.includes('boundary'));
  expect(sent).toHaveLength(3);
  const ours = /^(traceparent|tracestate|baggage|x-(mcp|request|trace|b3)-.*|b3)$/;
  for (const { headers } of sent) expect(Object.keys(headers).filter((name) => ours.test(name))).toEqual([]);
});
