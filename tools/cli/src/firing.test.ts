import { describe, expect, it } from 'vitest';
import { fireAndJudge, type MeshAccess } from './firing.ts';
import { broken, endpoints, scenario, traceId, whole } from './story.fixture.ts';

const signal = new AbortController().signal;
const deps: MeshAccess = {
  fire: async () => ({ traceId, relatedTraceIds: [], result: { result: 'done' } }),
  wait: async () => whole,
  tracingOff: false,
};
const fire = (changes: Partial<MeshAccess>, options = { signal }) =>
  fireAndJudge(scenario, endpoints, options, { ...deps, ...changes });

it('judges the trace that the scenario left', async () => {
  expect(await fire({})).toEqual({ scenario, traceId, result: { result: 'done' }, verdict: whole, ok: true });
});

it('is not ok when a hop is broken', async () => {
  expect(await fire({ wait: async () => broken })).toMatchObject({ ok: false, traceId, verdict: broken });
});

it('fires by name, with the prompt, and waits for that trace and those edges', async () => {
  const calls: unknown[] = [];
  await fireAndJudge(
    scenario,
    endpoints,
    { signal, prompt: 'Hi' },
    {
      ...deps,
      fire: async (...args) => {
        calls.push(args);
        return deps.fire(...args);
      },
      wait: async (...args) => {
        calls.push(args.slice(0, 3));
        return whole;
      },
    },
  );
  expect(calls).toEqual([
    ['story', { prompt: 'Hi' }],
    [endpoints.traces, traceId, scenario.edges],
  ]);
});

it('breaks every hop when the scenario fails', async () => {
  const outcome = await fire({
    fire: async () => {
      throw new Error('the budget is spent');
    },
  });
  expect(outcome).toMatchObject({ ok: false, error: 'the budget is spent', traceId: '' });
  expect(outcome.verdict?.hops.map((hop) => hop.ok)).toEqual([false]);
});

it('ends with the reason of the signal', async () => {
  const aborted = { signal: AbortSignal.abort(new Error('Ctrl-C')) };
  const failing = async () => {
    throw new Error('killed');
  };
  await expect(fire({ fire: failing }, aborted)).rejects.toThrow('Ctrl-C');
});

describe('a result without a trace id', () => {
  const untraced = { fire: async () => ({ traceId: '', relatedTraceIds: [], result: {} }) };
  it('is fine when tracing is off', async () => {
    const outcome = await fire({ ...untraced, tracingOff: true });
    expect(outcome).toEqual({ scenario, traceId: '', result: {}, ok: true });
  });
  it('is a failure when tracing is on', async () => {
    expect(await fire(untraced)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/has no trace id/),
    });
  });
});
