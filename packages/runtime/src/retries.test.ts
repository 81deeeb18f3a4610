import { RETRY_EVENT, withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { retryInfrastructure } from './retries.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const gone = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const never = new AbortController().signal;
const eventually = { timeout: 10_000, interval: 5 };

it('retries until the step succeeds, with an event for each retry and one call of `waiting`', async () => {
  let calls = 0;
  const step = async () => {
    calls += 1;
    if (calls < 3) throw gone();
    return 'done';
  };
  const waiting = vi.fn();
  const answer = withSpan('work', {}, () => retryInfrastructure(step, { stopping: never, waiting }));
  expect(await answer).toBe('done');
  expect(waiting).toHaveBeenCalledTimes(1);
  const [span] = tracing.spans('work');
  const events = span?.events.map(({ name, attributes }) => [
    name,
    attributes?.['mesh.retry.attempt'],
    attributes?.['error.type'],
  ]);
  expect(events).toEqual([
    [RETRY_EVENT, 2, 'ECONNREFUSED'],
    [RETRY_EVENT, 3, 'ECONNREFUSED'],
  ]);
});

it('does not retry other errors', async () => {
  const step = vi.fn(() => Promise.reject(new RangeError('mine')));
  const waiting = vi.fn();
  await expect(retryInfrastructure(step, { stopping: never, waiting })).rejects.toThrow('mine');
  expect([step.mock.calls.length, waiting.mock.calls.length]).toEqual([1, 0]);
});

it('rejects with the last error after its limit', async () => {
  const error = gone();
  const options = { stopping: never, waiting: () => undefined, limitMs: 300 };
  await expect(retryInfrastructure(() => Promise.reject(error), options)).rejects.toBe(error);
});

it('rejects as soon as its signal aborts, also during a retry that hangs', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  let calls = 0;
  const hangs = () => (calls++ === 0 ? Promise.reject(gone()) : new Promise<never>(() => undefined));
  const waiting = retryInfrastructure(hangs, { stopping: stop.signal, waiting: () => undefined });
  await vi.waitFor(() => expect(calls).toBe(2), eventually);
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

it('does not wait if its signal was aborted before, but resolves with a first result', async () => {
  const stopping = AbortSignal.abort(new Error('stopped'));
  const waiting = () => undefined;
  expect(await retryInfrastructure(async () => 'fine', { stopping, waiting })).toBe('fine');
  await expect(retryInfrastructure(() => Promise.reject(gone()), { stopping, waiting })).rejects.toThrow(
    'stopped',
  );
});
