// The story, end to end: every hop's exact parent, read back from the trace store.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { examine } from '@trace-mesh/trace-doctor/examine';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';

const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
afterAll(() => agent[Symbol.asyncDispose]());
const TRACE_DEADLINE_MS = 10_000;
const registry = readRegistry();

describe.concurrent.each(scenarios)('scenario $name', ({ name, edges }) => {
  it('is one whole trace, every hop hangs from the span that sent it, and the doctor finds nothing', async () => {
    const { traceId, relatedTraceIds } = await agent.fire(name);
    const { trace, hops, problems } = await waitForTrace(endpoints.traces, traceId, edges, {
      timeoutMs: TRACE_DEADLINE_MS,
      relatedTraceIds,
    });
    expect(hops.filter((hop) => !hop.ok)).toEqual([]);
    expect(problems).toEqual([]);
    // What is linked may arrive a little later.
    await vi.waitFor(async () => {
      const surroundings = await readRelatedTraces(endpoints.traces, trace);
      const { problems, diagnoses } = examine(trace, edges, surroundings, registry);
      expect({ problems, diagnoses }).toEqual({ problems: [], diagnoses: [] });
    }, TRACE_DEADLINE_MS);
  });
});

describe('the story', () => {
  it('answers with the result, its cost, and the push that the agent heard', async () => {
    const { result } = await agent.fire('create-task', { prompt: 'Name a colour.' });
    expect(result).toMatchObject({ result: expect.stringContaining('Name a colour.'), pushed: 'done' });
    expect(result.costUsd).toBeGreaterThan(0);
  });

  it('does not fit a trace in which a hop lost its parent', async () => {
    const [story] = scenarios;
    const { traceId } = await agent.fire('create-task');
    const swapped =
      story?.edges.map((edge) => ({ ...edge, from: { ...edge.from, service: 'nobody' } })) ?? [];
    const { hops } = await waitForTrace(endpoints.traces, traceId, swapped, { timeoutMs: 1_000 });
    expect(hops.every((hop) => !hop.ok)).toBe(true);
  });
});
