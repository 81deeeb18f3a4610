import { judge } from '@trace-mesh/trace-doctor/wait';
import { describe, expect, it } from 'vitest';
import { DECISION_TIMEOUT_MS, fireAndJudge, isUndecided, judgeAgain, type MeshAccess } from './firing.ts';
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
  const result = { result: 'done' };
  const outcome = { scenario, traceId, relatedTraceIds: [], result, verdict: whole, ok: true };
  expect(await fire({})).toEqual(outcome);
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

describe('scenarios without a span in the store', () => {
  const nothing = judge({ traceId, spans: [] }, scenario.edges);
  const unseen = { scenario, traceId, relatedTraceIds: ['b'], result: {}, verdict: nothing, ok: false };
  const seen = { ...unseen, verdict: whole, ok: true };

  it('may wait for a tail sampler if that is so of all, and none failed', () => {
    expect(isUndecided([unseen, unseen])).toBe(true);
    expect(isUndecided([unseen, seen])).toBe(false);
    expect(isUndecided([unseen, { ...unseen, traceId: '' }])).toBe(false);
    expect(isUndecided([])).toBe(false);
  });

  it('are judged again after its decision, which may have dropped the traces that they link to', async () => {
    const waits: unknown[] = [];
    const wait: MeshAccess['wait'] = async (...args) => {
      waits.push(args);
      return whole;
    };
    expect(await judgeAgain(unseen, endpoints, wait, signal)).toEqual(seen);
    const options = { timeoutMs: DECISION_TIMEOUT_MS, signal, relatedTraceIds: ['b'], mayBeAbsent: true };
    expect(waits).toEqual([[endpoints.traces, traceId, scenario.edges, options]]);
  });
});
