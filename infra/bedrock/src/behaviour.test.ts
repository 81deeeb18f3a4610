import { ConverseCommand, ThrottlingException } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { messages, modelId, startDouble } from './double.fixture.ts';

const double = await startDouble();
const { bedrock, behave, recorded } = double;
beforeEach(() => double.reset());
afterAll(() => double[Symbol.asyncDispose]());

describe('the behaviour that is set', () => {
  const ask = () => bedrock.send(new ConverseCommand({ modelId, messages }));

  it('throttleNext throttles the next calls, and only those', async () => {
    await behave({ throttleNext: 1 });
    await expect(ask()).rejects.toThrow(ThrottlingException);
    await expect(ask()).resolves.toHaveProperty('stopReason', 'end_turn');
  });

  it('throttleRatio throttles a share of the calls, evenly', async () => {
    await behave({ throttleRatio: 0.5 });
    const outcomes: string[] = [];
    for (let call = 0; call < 4; call++)
      outcomes.push(
        await ask().then(
          () => 'ok',
          (error) => error.name,
        ),
      );
    expect(outcomes).toEqual(['ok', 'ThrottlingException', 'ok', 'ThrottlingException']);
  });

  it('latencyMs delays the response', async () => {
    await behave({ latencyMs: 60 });
    const reply = await ask();
    expect(reply.metrics?.latencyMs).toBeGreaterThanOrEqual(59);
  });

  it('hang does not respond until the caller leaves', async () => {
    await behave({ hang: true });
    const leave = new AbortController();
    const hanging = bedrock.send(new ConverseCommand({ modelId, messages }), { abortSignal: leave.signal });
    await vi.waitFor(async () => expect(await recorded()).toHaveLength(1));
    leave.abort();
    await expect(hanging).rejects.toThrow();
    await vi.waitFor(async () => expect(await recorded()).toMatchObject([{ aborted: true }]));
  });

  it('malformed responds with a body that is not JSON', async () => {
    await behave({ malformed: true });
    await expect(ask()).rejects.toThrow(SyntaxError);
  });

  it('is refused with 400 if it has an unknown key', async () => {
    const response = await behave({ throttle: 1 });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('throttle');
  });
});
