import { breaks } from '@trace-mesh/faults/breaks';
import { breakOf } from '@trace-mesh/faults/mystery';
import { startJaegerDouble } from '@trace-mesh/trace-doctor/jaeger-double';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';
import { expect, it } from 'vitest';
import { createMysteries, MAX_MYSTERIES } from './mysteries.ts';

const SEED = 5;
const { row, cause, knob, scenario } = breakOf(SEED);
const before = { drop: ['worker:redis'] };
const root: Omit<Span, 'traceId' | 'spanId'> = {
  name: `scenario ${scenario.name}`,
  kind: 'internal',
  service: 'agent',
  startUs: 1,
  durationUs: 1,
  attributes: {},
  events: [],
  links: [],
};
const limits = { timeoutMs: 2_000, quietMs: 1, connectMs: 100 };
/** A seed whose knob is the worker's. */
const OF_WORKER = [...breaks.keys()].find((seed) => breakOf(seed).knob.startsWith('worker:')) ?? 0;

/** Mysteries of a mesh whose traces have a root only; `fire` is what the agent does. */
async function start({ missing = [] as string[], services = ['agent', 'worker'], fails = false } = {}) {
  const traces: Trace[] = [];
  const store = await startJaegerDouble(traces);
  const applied: unknown[] = [];
  const lab = {
    ...{ services: () => services, wire: () => [], knobs: () => before },
    setKnobs: async (knobs: unknown) => {
      applied.push(knobs);
      return { applied: [], missing };
    },
  };
  const agent = {
    async fire() {
      if (fails) throw new Error('the scenario failed');
      const traceId = String(traces.length + 1).padStart(32, '0');
      traces.push({ traceId, spans: [{ ...root, traceId, spanId: '1'.repeat(16) }] });
      return { traceId, relatedTraceIds: [], result: {} };
    },
  };
  const endpoints = { traces: store.url, viewer: 'http://viewer' };
  return { mysteries: createMysteries({ agent, lab, endpoints } as never, limits), applied, store };
}

it('the knob is in force while the scenario is fired, and the knobs before it after that', async () => {
  const { mysteries, applied, store } = await start();
  await mysteries.start(SEED);
  expect(applied).toEqual([{ drop: [knob] }, before]);
  await store[Symbol.asyncDispose]();
});

it('the knobs are as before when the scenario failed', async () => {
  const { mysteries, applied, store } = await start({ fails: true });
  await expect(mysteries.start(SEED)).rejects.toThrow('the scenario failed');
  expect(applied.at(-1)).toEqual(before);
  await store[Symbol.asyncDispose]();
});

it('the player sees scenario, symptoms and spans, and neither row nor cause', async () => {
  const { mysteries, store } = await start();
  const started = await mysteries.start(SEED);
  expect(started).toMatchObject({
    seed: SEED,
    scenario: { name: scenario.name },
    spans: [{ service: 'agent' }],
  });
  expect(started.viewer).toBe(`http://viewer/trace/${started.traceId}`);
  expect(started.symptoms.join()).toMatch(/also works in cost-ledger/);
  expect(JSON.stringify(started)).not.toMatch(new RegExp(`${cause}|"row"|"hops"`));
  await store[Symbol.asyncDispose]();
});

it('a wrong answer has no solution; a right one, and giving up, have it', async () => {
  const { mysteries, store } = await start();
  const { traceId } = await mysteries.start(SEED);
  expect(mysteries.judge(traceId, { answer: { row: row + 1, cause } })).toEqual({ right: false });
  const solved = mysteries.judge(traceId, { answer: { row, cause } });
  expect(solved).toMatchObject({ right: true, solution: { row, cause }, verdict: { ok: false } });
  expect(solved.solution?.seen.join()).toContain(`check ${traceId}`);
  expect(mysteries.judge(traceId, {})).toEqual({ ...solved, right: false });
  await store[Symbol.asyncDispose]();
});

it.each([
  ['without knobs', { services: ['agent'] }, 409],
  ['whose process does not confirm', { missing: ['worker'] }, 503],
])('a mesh %s is refused', async (_, options, status) => {
  const { mysteries, store } = await start(options);
  await expect(mysteries.start(OF_WORKER)).rejects.toMatchObject({ status });
  await store[Symbol.asyncDispose]();
});

it('a service that connects late has the knob when the scenario is fired', async () => {
  const services = ['agent'];
  const { mysteries, applied, store } = await start({ services });
  const starting = mysteries.start(OF_WORKER);
  expect(applied).toEqual([]);
  services.push('worker');
  await starting;
  expect(applied[0]).toEqual({ drop: [breakOf(OF_WORKER).knob] });
  await store[Symbol.asyncDispose]();
});

it('an unknown trace is refused', async () => {
  const { mysteries, store } = await start();
  expect(() => mysteries.judge('0'.repeat(32), {})).toThrow(expect.objectContaining({ status: 404 }));
  await store[Symbol.asyncDispose]();
});

it('too many that wait are refused', async () => {
  const { mysteries, store } = await start();
  const waiting = Array.from({ length: MAX_MYSTERIES }, () => mysteries.start(SEED));
  await expect(mysteries.start(SEED)).rejects.toMatchObject({ status: 429 });
  await Promise.all(waiting);
  await store[Symbol.asyncDispose]();
});
