// Every scenario, end to end: the exact parent of each hop, and the semantic conventions of each span, from the trace store.
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { checkSpan } from '@trace-mesh/trace-doctor/conventions/check';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { examine } from '@trace-mesh/trace-doctor/examine';
import { fetchTraces } from '@trace-mesh/trace-doctor/jaeger';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import pLimit from 'p-limit';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { spanShapes } from './span-shapes.ts';

const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
afterAll(() => agent[Symbol.asyncDispose]());
const TRACE_DEADLINE_MS = 10_000;
const ALL_SCENARIOS_MS = 180_000;
const MAX_TRACES = 10_000;
const SERVICES = ['agent', 'edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'];
const registry = readRegistry();

const limit = pLimit(3);
const runs = new Map<string, ReturnType<typeof fire>>();
const fire = async ({ name, edges }: Scenario) => {
  const { traceId, relatedTraceIds } = await agent.fire(name);
  const options = { timeoutMs: TRACE_DEADLINE_MS, relatedTraceIds };
  return { traceId, ...(await waitForTrace(endpoints.traces, traceId, edges, options)) };
};
/** Fires each scenario once for all tests of this file, in whatever order they run. */
const run = (scenario: Scenario) => {
  const running = runs.get(scenario.name) ?? limit(() => fire(scenario));
  runs.set(scenario.name, running);
  return running;
};

/** Every trace in the store, also those of other tests in the same mesh. */
async function fetchAllTraces() {
  const found = await Promise.all(
    SERVICES.map((service) => fetchTraces(endpoints.traces, service, { limit: MAX_TRACES })),
  );
  return [...new Map(found.flat().map((trace) => [trace.traceId, trace])).values()];
}

it.concurrent.each(scenarios)(
  'scenario $name is one trace, each hop has its sender as parent, and the doctor finds no problem',
  async (scenario) => {
    const { trace, hops, problems } = await run(scenario);
    expect(hops.filter((hop) => !hop.ok)).toEqual([]);
    expect(problems).toEqual([]);
    // Linked traces may arrive later.
    await vi.waitFor(async () => {
      const related = await readRelatedTraces(endpoints.traces, trace);
      const { problems, diagnoses, absent } = examine(trace, scenario.edges, related, registry);
      expect({ problems, diagnoses, absent }).toEqual({ problems: [], diagnoses: [], absent: [] });
    }, TRACE_DEADLINE_MS);
  },
  ALL_SCENARIOS_MS,
);

it(
  'every span of every scenario and service follows the semantic conventions',
  async () => {
    await Promise.all(scenarios.map(run));
    const spans = (await fetchAllTraces()).flatMap((trace) => trace.spans);
    // Other tests in the same mesh add services.
    expect(spans.map((span) => span.service)).toEqual(expect.arrayContaining(SERVICES));
    const names = spans.map((span) => span.name);
    expect(names).toEqual(expect.arrayContaining(scenarios.map(({ name }) => `scenario ${name}`)));
    const problems = new Set(spans.flatMap((span) => checkSpan(span, registry)));
    expect([...problems]).toEqual([]);
  },
  ALL_SCENARIOS_MS,
);

it(
  'the spans of every scenario have the names, kinds, parents, attributes and events of story-spans.txt',
  async () => {
    const fired = new Set((await Promise.all(scenarios.map(run))).map(({ trace }) => trace.traceId));
    const stored = await fetchAllTraces();
    const linksTo = (trace: Trace, ids: ReadonlySet<string>) =>
      trace.spans.some((span) => span.links.some((link) => ids.has(link.traceId)));
    const story = stored.filter((trace) => fired.has(trace.traceId) || linksTo(trace, fired));
    const lines = [...new Set(spanShapes(story, stored))].toSorted();
    // After an intended change: the same command with `-u`.
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('story-spans.txt');
  },
  ALL_SCENARIOS_MS,
);

it('create-task returns the result, its cost and the pushed status', async () => {
  const { result } = await agent.fire('create-task', { prompt: 'Name a colour.' });
  expect(result).toMatchObject({ result: expect.stringContaining('Name a colour.'), pushed: 'done' });
  expect(result.costUsd).toBeGreaterThan(0);
});

it('no hop of create-task holds when its sender is another service', async () => {
  const [story] = scenarios;
  if (!story) throw new Error('the catalog is empty');
  const { traceId } = await run(story);
  const swapped = story.edges.map((edge) => ({ ...edge, from: { ...edge.from, service: 'unknown' } }));
  const { hops } = await waitForTrace(endpoints.traces, traceId, swapped, { timeoutMs: 1_000 });
  expect(hops.every((hop) => !hop.ok)).toBe(true);
});
