import { getEventListeners } from 'node:events';
import { startDouble } from '@trace-mesh/bedrock-double/fixture';
import { afterAll, expect, it, vi } from 'vitest';
import { converseStream } from './bedrock.ts';

const double = await startDouble();
afterAll(() => double[Symbol.asyncDispose]());

const start = (text: string, signal: AbortSignal) => {
  const messages = [{ role: 'user' as const, content: [{ text }] }];
  return converseStream(double.bedrock, { modelId: 'amazon.nova-lite-v1:0', messages }, signal);
};

/** Waits until the double has seen the call with `text` end by an abort. */
const aborted = (text: string) =>
  vi.waitFor(
    async () =>
      expect(await double.recorded()).toContainEqual(
        expect.objectContaining({ aborted: true, body: expect.stringContaining(text) }),
      ),
    { timeout: 5_000 },
  );

it('leaving the loop over a streamed response aborts the call', async () => {
  for await (const _ of await start('break [[slow:300]]', new AbortController().signal)) break;
  await aborted('break');
});

it('throwing out of the loop over a streamed response aborts the call', async () => {
  const reading = async () => {
    for await (const _ of await start('throw [[slow:300]]', new AbortController().signal))
      throw new Error('full');
  };
  await expect(reading()).rejects.toThrow('full');
  await aborted('throw');
});

it('aborting the signal of a streamed response ends the loop without an error', async () => {
  const leave = new AbortController();
  let events = 0;
  for await (const _ of await start('signal [[slow:300]]', leave.signal)) {
    events += 1;
    leave.abort();
  }
  expect(events).toBe(1);
  await aborted('signal');
});

it('streamed responses leave no listener on the signal that they share', async () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i += 1) {
    for await (const _ of await start('read', signal)) if (i % 2) break;
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
