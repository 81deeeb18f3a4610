import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { modelId, startDouble } from './double.fixture.ts';
import { MAX_COUNTED, MAX_SLOW_MS, Markers } from './markers.ts';

const double = await startDouble();
afterAll(() => double[Symbol.asyncDispose]());
const messages = (text: string) => [{ role: 'user' as const, content: [{ text }] }];
const ask = (text: string) =>
  double.bedrock.send(new ConverseCommand({ modelId, messages: messages(text) })).then(
    () => 'ok',
    (error: Error) => error.name,
  );

describe('a marker in the prompt', () => {
  it('throttles, then fails, the first calls with this prompt and no others', async () => {
    const prompt = 'first [[throttle:1]] [[fail:1]]';
    const outcomes = [await ask(prompt), await ask('second'), await ask(prompt), await ask(prompt)];
    expect(outcomes).toEqual(['ThrottlingException', 'ok', 'InternalServerException', 'ok']);
  });

  it('breaks every call with this prompt until it is fixed', async () => {
    const prompt = 'broken [[broken:a-1]]';
    expect([await ask(prompt), await ask(prompt)]).toEqual(Array(2).fill('InternalServerException'));
    await double.mend('a-1');
    expect([await ask(prompt), await ask('[[broken:a-2]]')]).toEqual(['ok', 'InternalServerException']);
  });

  it('answers garbage of the kind that is asked for, and properly where there is no such kind', async () => {
    const outcomes = [
      await ask('[[answer:malformed]]'),
      await ask('[[answer:reset]]'),
      await ask('[[answer:constructor]]'),
    ];
    expect(outcomes).toEqual(['SyntaxError', 'TimeoutError', 'ok']);
  });

  it('slows the answer down', async () => {
    const since = performance.now();
    await ask('slow [[slow:60]]');
    expect(performance.now() - since).toBeGreaterThanOrEqual(59);
  });

  it('slows each piece of a stream down, so that there is a middle in which to leave', async () => {
    const leave = new AbortController();
    const command = new ConverseStreamCommand({ modelId, messages: messages('leave me [[slow:50]]') });
    const { stream = [] } = await double.bedrock.send(command, { abortSignal: leave.signal });
    for await (const event of stream) if (event.contentBlockDelta) leave.abort();
    await vi.waitFor(async () =>
      expect(await double.recorded()).toContainEqual(
        expect.objectContaining({ aborted: true, body: expect.stringContaining('leave me') }),
      ),
    );
  });

  it('has limits: the longest wait, and how many requests are counted', () => {
    const markers = new Markers();
    expect(markers.of('[[slow:999999]]').slowMs).toBe(MAX_SLOW_MS);
    expect(markers.of('[[throttle:1]] x').refuse).toBe('ThrottlingException');
    for (let i = 0; i < MAX_COUNTED; i++) markers.of(`[[throttle:1]] ${i}`);
    expect(markers.of('[[throttle:1]] x').refuse).toBe('ThrottlingException');
    expect(markers.of('[[throttle:1]] x').refuse).toBeUndefined();
  });
});
