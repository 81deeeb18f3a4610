// Every span that the scenarios leave behind, whoever made it, follows the semantic conventions of today.
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { checkSpan } from '@trace-mesh/trace-doctor/conventions/check';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import { fetchTraces } from '@trace-mesh/trace-doctor/jaeger';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import pLimit from 'p-limit';
import { beforeAll, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
const TRACE_DEADLINE_MS = 10_000;
const FIRING_AT_ONCE = 3;
/** Fired one after the other; each needs a second or two on a busy machine. */
const ALL_SCENARIOS_MS = 180_000;
const MAX_TRACES = 10_000;
const SERVICES = ['agent', 'edge-mcp', 'rest-api', 'cost-ledger', 'worker', 'ws-hub'];

async function traces() {
  const found = await Promise.all(
    SERVICES.map((service) => fetchTraces(endpoints.traces, service, { limit: MAX_TRACES })),
  );
  return new Map(found.flat().map((trace) => [trace.traceId, trace]));
}

beforeAll(async () => {
  await using agent = openAgent(endpoints);
  const turn = pLimit(FIRING_AT_ONCE);
  const fire = async ({ name, edges }: Scenario) => {
    const { traceId, relatedTraceIds } = await agent.fire(name);
    const options = { timeoutMs: TRACE_DEADLINE_MS, relatedTraceIds };
    await waitForTrace(endpoints.traces, traceId, edges, options);
  };
  await Promise.all(scenarios.map((scenario) => turn(() => fire(scenario))));
}, ALL_SCENARIOS_MS);

it('of every scenario and every service, without exception', async () => {
  const registry = readRegistry();
  const spans = [...(await traces()).values()].flatMap((trace) => trace.spans);
  // Other tests at the same mesh may add services of their own.
  expect(spans.map((span) => span.service)).toEqual(expect.arrayContaining(SERVICES));
  const names = spans.map((span) => span.name);
  expect(names).toEqual(expect.arrayContaining(scenarios.map(({ name }) => `scenario ${name}`)));
  const problems = new Set(spans.flatMap((span) => checkSpan(span, registry)));
  expect([...problems]).toEqual([]);
});

it('of every process, the agent and its stdio server included, name the version and the environment', async () => {
  const query = new URL(`/api/traces?service=agent&limit=${MAX_TRACES}`, endpoints.traces);
  const { data } = (await (await fetch(query)).json()) as { data: StoredTrace[] };
  const processes = data.flatMap((trace) => Object.values(trace.processes));
  expect(processes.map(({ serviceName }) => serviceName)).toEqual(expect.arrayContaining(SERVICES));
  const nameless = processes.filter(
    ({ tags }) => !RESOURCE.every((key) => tags.some((tag) => tag.key === key)),
  );
  expect(nameless).toEqual([]);
});

const RESOURCE = ['service.version', 'deployment.environment.name'];
interface StoredTrace {
  processes: Record<string, { serviceName: string; tags: { key: string }[] }>;
}
