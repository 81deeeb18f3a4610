import http2 from 'node:http2';
import { startDouble } from '@trace-mesh/bedrock-double/fixture';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openModel } from './model.ts';
import { MAX_ANSWER_LENGTH } from './question.ts';

vi.stubEnv('AWS_REGION', 'us-east-1');
vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
const double = await startDouble();
afterAll(() => double[Symbol.asyncDispose]());

const MODELS = ['amazon.nova-lite-v1:0', 'anthropic.claude-sonnet-4-20250514-v1:0'];
const MODES = ['converse', 'stream', 'invoke'] as const;

describe.each(MODELS)('%s', (modelId) => {
  it('gives the same text and cost in every mode', async () => {
    using model = openModel(modelId, double.url);
    const ask = (mode: (typeof MODES)[number]) =>
      model.ask({ prompt: 'Name a colour.', maxTokens: 200, mode });
    const [first, ...others] = await Promise.all(MODES.map(ask));
    expect(first?.text).toContain('Name a colour.');
    expect(first?.costMicroUsd).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(first);
  });
});

it('answers without a stream share one connection', async () => {
  const connect = vi.spyOn(http2, 'connect');
  using model = openModel('amazon.nova-lite-v1:0', double.url);
  const ask = (mode: 'converse' | 'invoke') => model.ask({ prompt: 'Name a colour.', maxTokens: 200, mode });
  await ask('converse');
  await Promise.all([ask('converse'), ask('invoke')]);
  expect(connect).toHaveBeenCalledTimes(1);
});

it('reports the text so far while it streams', async () => {
  using model = openModel('amazon.nova-lite-v1:0', double.url);
  const parts: string[] = [];
  const onText = async (soFar: string) => void parts.push(soFar);
  const { text } = await model.ask({
    prompt: 'Tell me. [[slow:20]]',
    maxTokens: 200,
    mode: 'stream',
    onText,
  });
  expect(parts.length).toBeGreaterThan(1);
  for (const soFar of parts) expect(text.startsWith(soFar)).toBe(true);
});

it.each(MODES)('aborts the call at the timeout: %s', async (mode) => {
  using model = openModel('amazon.nova-lite-v1:0', double.url, 500);
  const asked = model.ask({ prompt: `${mode} [[slow:5000]]`, maxTokens: 200, mode });
  await expect(asked).rejects.toThrow(/timeout|aborted/i);
  await vi.waitFor(async () =>
    expect(await double.recorded()).toContainEqual(
      expect.objectContaining({ aborted: true, body: expect.stringContaining(`${mode} [[slow`) }),
    ),
  );
});

it.each(MODES)('rejects with the reason of the signal: %s', async (mode) => {
  using model = openModel('amazon.nova-lite-v1:0', double.url);
  const stop = new AbortController();
  const prompt = `leave ${mode} [[slow:5000]]`;
  const asked = model.ask({ prompt, maxTokens: 200, mode, signal: stop.signal });
  const reason = new Error('enough');
  setImmediate(() => stop.abort(reason));
  await expect(asked).rejects.toBe(reason);
});

it.each(MODES)('replaces NUL and lone surrogates in an answer: %s', async (mode) => {
  using model = openModel('amazon.nova-lite-v1:0', double.url);
  for (const prompt of ['[[answer:nul]]', '[[answer:half-character]]']) {
    const { text } = await model.ask({ prompt, maxTokens: 200, mode });
    expect(text).toBe('before\ufffdafter');
  }
});

it.each(MODES)(`refuses an answer of more than ${MAX_ANSWER_LENGTH} characters: %s`, async (mode) => {
  using model = openModel('amazon.nova-lite-v1:0', double.url);
  const asked = model.ask({ prompt: '[[answer:endless]]', maxTokens: 200, mode });
  await expect(asked).rejects.toThrow('is longer than');
});

it('refuses a model without a price', () => {
  expect(() => openModel('unknown.model-1', undefined)).toThrow('price');
});
