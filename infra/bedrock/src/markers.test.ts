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
  it('[[throttle:N]] and [[fail:N]] fail the first calls with this prompt, and no others', async () => {
    const prompt = 'first [[throttle:1]] [[fail:1]]';
    const outcomes = [await ask(prompt), await ask('second'), await ask(prompt), await ask(prompt)];
    expect(outcomes).toEqual(['ThrottlingException', 'ok', 'InternalServerException', 'ok']);
  });

  it('[[broken:ID]] fails every call with this prompt until the ID is fixed', async () => {
    const prompt = 'broken [[broken:a-1]]';
    expect([await ask(prompt), await ask(prompt)]).toEqual(Array(2).fill('InternalServerException'));
    await double.fix('a-1');
    expect([await ask(prompt), await ask('[[broken:a-2]]')]).toEqual(['ok', 'InternalServerException']);
  });

  it('[[answer:KIND]] gets an invalid response of that kind, and a valid one for an unknown kind', async () => {
    const outcomes = [
      await ask('[[answer:malformed]]'),
      await ask('[[answer:reset]]'),
      await ask('[[answer:constructor]]'),
    ];
    expect(outcomes).toEqual(['SyntaxError', 'TimeoutError', 'ok']);
  });

  it('[[slow:MS]] delays the response', async () => {
    const since = performance.now();
    await ask('slow [[slow:60]]');
    expect(performance.now() - since).toBeGreaterThanOrEqual(59);
  });

  it('[[slow:MS]] delays each event of a stream, so that a test can leave in the middle', async () => {
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

  it('has a longest wait, and only the newest requests are counted', () => {
    const markers = new Markers();
    expect(markers.of('[[slow:999999]]').slowMs).toBe(MAX_SLOW_MS);
    expect(markers.of('[[throttle:1]] x').refuse).toBe('ThrottlingException');
    for (let i = 0; i < MAX_COUNTED; i++) markers.of(`[[throttle:1]] ${i}`);
    expect(markers.of('[[throttle:1]] x').refuse).toBe('ThrottlingException');
    expect(markers.of('[[throttle:1]] x').refuse).toBeUndefined();
  });
});
