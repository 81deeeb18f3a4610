import {
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { messages, modelId, startDouble } from './double.fixture.ts';

const double = await startDouble();
const { bedrock, behave, recorded } = double;
beforeEach(() => double.reset());
afterAll(() => double[Symbol.asyncDispose]());

describe('Converse', () => {
  it('answers the same prompt with the same text, and counts its tokens', async () => {
    const first = await bedrock.send(new ConverseCommand({ modelId, messages }));
    const second = await bedrock.send(new ConverseCommand({ modelId, messages }));
    expect(first.output?.message?.content?.[0]?.text).toContain('“Why is the sky blue?”');
    expect(second.output).toEqual(first.output);
    expect(first.stopReason).toBe('end_turn');
    const { inputTokens = 0, outputTokens = 0, totalTokens } = first.usage ?? {};
    expect(inputTokens).toBe(5);
    expect(totalTokens).toBe(inputTokens + outputTokens);
  });

  it('is cut off at maxTokens', async () => {
    const reply = await bedrock.send(
      new ConverseCommand({ modelId, messages, inferenceConfig: { maxTokens: 3 } }),
    );
    expect(reply.stopReason).toBe('max_tokens');
    expect(reply.usage?.outputTokens).toBe(3);
  });

  it('writes the text before a cachePoint once, then reads it', async () => {
    const system = [{ text: 'You are brief.' }, { cachePoint: { type: 'default' as const } }];
    const first = await bedrock.send(new ConverseCommand({ modelId, messages, system }));
    const second = await bedrock.send(new ConverseCommand({ modelId, messages, system }));
    expect(first.usage).toMatchObject({ cacheWriteInputTokens: 4, cacheReadInputTokens: 0, inputTokens: 5 });
    expect(second.usage).toMatchObject({ cacheWriteInputTokens: 0, cacheReadInputTokens: 4, inputTokens: 5 });
  });

  it('refuses a request without messages as Bedrock does', async () => {
    const refused = bedrock.send(new ConverseCommand({ modelId, messages: [] }));
    await expect(refused).rejects.toThrow(ValidationException);
  });
});

describe('ConverseStream', () => {
  it('streams the text that Converse gives, then the usage', async () => {
    const whole = await bedrock.send(new ConverseCommand({ modelId, messages }));
    const { stream = [] } = await bedrock.send(new ConverseStreamCommand({ modelId, messages }));
    let text = '';
    let outputTokens: number | undefined;
    for await (const event of stream) {
      text += event.contentBlockDelta?.delta?.text ?? '';
      outputTokens = event.metadata?.usage?.outputTokens ?? outputTokens;
    }
    expect(text).toBe(whole.output?.message?.content?.[0]?.text);
    expect(outputTokens).toBe(whole.usage?.outputTokens);
  });

  it('is recorded as aborted when the caller leaves before its end', async () => {
    await behave({ chunkDelayMs: 20 });
    const leave = new AbortController();
    const { stream = [] } = await bedrock.send(new ConverseStreamCommand({ modelId, messages }), {
      abortSignal: leave.signal,
    });
    let text = '';
    // The SDK then ends the iteration without an error, so a caller that aborts must check its signal.
    for await (const event of stream) {
      text += event.contentBlockDelta?.delta?.text ?? '';
      if (text) leave.abort();
    }
    expect(text.split(' ').length).toBeLessThan(5);
    await vi.waitFor(async () => expect(await recorded()).toMatchObject([{ aborted: true }]));
  });
});

describe('InvokeModel', () => {
  const invoke = async (model: string, body: object) => {
    const response = await bedrock.send(
      new InvokeModelCommand({ modelId: model, contentType: 'application/json', body: JSON.stringify(body) }),
    );
    return JSON.parse(response.body.transformToString());
  };

  it("has Anthropic's format for Anthropic's models", async () => {
    const reply = await invoke(modelId, {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 200,
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    });
    expect(reply).toMatchObject({ type: 'message', stop_reason: 'end_turn', usage: { input_tokens: 5 } });
  });

  it("has Nova's format for Nova's models", async () => {
    const reply = await invoke('amazon.nova-lite-v1:0', { messages });
    expect(reply).toMatchObject({ stopReason: 'end_turn', usage: { inputTokens: 5 } });
  });

  it('refuses an unknown model', async () => {
    await expect(invoke('who.knows', { messages })).rejects.toThrow(ValidationException);
  });
});

describe('the port', () => {
  it('serves HTTP/2 to the SDK and HTTP/1.1 to fetch, and keeps the headers of both', async () => {
    await bedrock.send(new ConverseCommand({ modelId, messages }));
    await fetch(`${double.url}/model/m/converse`, {
      method: 'POST',
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      body: JSON.stringify({ messages }),
    });
    expect(await recorded()).toMatchObject([
      { httpVersion: '2.0', path: `/model/${encodeURIComponent(modelId)}/converse`, aborted: false },
      { httpVersion: '1.1', headers: { traceparent: expect.any(String) }, aborted: false },
    ]);
  });

  it('answers health checks, and 404 elsewhere', async () => {
    expect((await fetch(`${double.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${double.url}/`)).status).toBe(404);
  });
});
