// What the doctor leaves in the trace store, and what the store says about the mesh's spans. A real Jaeger traces its own query API,
// and adds warnings to spans; the embedded store does neither.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { fetchServices, fetchTrace, fetchTraces, fetchTracesOf } from '@trace-mesh/trace-doctor/jaeger';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { readReal } from '../backends/real.ts';

const COMMAND = fileURLToPath(new URL('../../tools/cli/src/trace/main.ts', import.meta.url));
const { traces, ...others } = inject('endpoints');
const agent = openAgent({ traces, ...others });
afterAll(() => agent[Symbol.asyncDispose]());
const eventually = { timeout: 20_000, interval: 200 };
/** The name under which Jaeger 2 traces its query API. */
const JAEGER = 'jaeger';

/**
 * Queries the store as a program without tracing does. Resolves to the ids of the traces that the store made of that, once it has
 * stored them, and so all that it made before: one on a Jaeger that traces its query API, else none.
 */
async function queryWithoutParent(): Promise<string[]> {
  const { headers, body } = await fetch(`${traces}/api/services`);
  await body?.cancel();
  // Jaeger answers with the context of its own span, or an empty one.
  const context = headers.get('traceresponse');
  expect(context !== null).toBe(readReal()?.traces !== undefined);
  const [, traceId] = context?.split('-') ?? [];
  if (!traceId) return [];
  await vi.waitFor(async () => expect(await fetchTrace(traces, traceId)).toBeDefined(), eventually);
  return [traceId];
}

/** Every query of jaeger.ts. */
async function queryAsTheDoctor(traceId: string): Promise<void> {
  const services = await fetchServices(traces);
  expect(services).not.toContain(JAEGER);
  await fetchTraces(traces, 'rest-api', { limit: 10, attributes: { 'http.request.method': 'GET' } });
  await fetchTracesOf(traces, services, { limit: 10 });
  await fetchTrace(traces, traceId);
}

it('neither the doctor’s queries nor trace watch make traces in the store, and watch prints none of the store’s own', async () => {
  const beganUs = Date.now() * 1000;
  const watching = execa(process.execPath, [COMMAND, 'watch', '--json', '--traces', traces], {
    reject: false,
  });
  const lines: { traceId: string; root: string; services: string[]; ok: boolean }[] = [];
  createInterface({ input: watching.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  // Traces from before the start of watching are not printed; the first line shows that it watches.
  await vi.waitFor(async () => {
    await agent.fire('http');
    expect(lines.length).toBeGreaterThan(0);
  }, eventually);
  const ofStore = await queryWithoutParent();
  // It is stored later than the store's own, and so printed later.
  const { traceId } = await agent.fire('http');
  await queryAsTheDoctor(traceId);
  const printed = () => lines.filter((line) => line.traceId === traceId);
  await vi.waitFor(() => expect(printed()).toMatchObject([{ root: 'scenario http', ok: true }]), eventually);
  watching.kill('SIGINT');
  expect((await watching).exitCode).toBe(0);
  const ids = lines.map((line) => line.traceId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(lines.filter((line) => line.services.includes(JAEGER) || ofStore.includes(line.traceId))).toEqual(
    [],
  );
  const unparented = [...ofStore, ...(await queryWithoutParent())];
  const search = { limit: 1000, startUs: beganUs, endUs: (Date.now() + 60_000) * 1000 };
  const found = await fetchTraces(traces, JAEGER, search);
  expect(found.map((trace) => trace.traceId).sort()).toEqual(unparented.sort());
});

/** The spans with warnings, each as a line. The traces that the doctor reads have no warnings. */
async function warningsIn(traceId: string): Promise<string[]> {
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
  const answer = await fetch(`${traces}/api/traces/${traceId}`, { headers: { traceparent } });
  const { data } = (await answer.json()) as {
    data: { spans: { operationName: string; warnings?: string[] | null }[] }[];
  };
  const spans = data.flatMap((trace) => trace.spans);
  expect(spans.length).toBeGreaterThan(0);
  return spans.flatMap(({ operationName, warnings }) =>
    (warnings ?? []).map((text) => `${operationName}: ${text}`),
  );
}

it.each(['create-task', 'async-job', 'bedrock-stream'])(
  'no span of scenario %s has a warning of the trace store',
  async (name) => {
    const edges = scenarios.find((scenario) => scenario.name === name)?.edges ?? [];
    const { traceId, relatedTraceIds } = await agent.fire(name);
    const verdict = await waitForTrace(traces, traceId, edges, { timeoutMs: 10_000, relatedTraceIds });
    expect(verdict.ok).toBe(true);
    const warnings = await Promise.all([traceId, ...relatedTraceIds].map(warningsIn));
    expect(warnings.flat()).toEqual([]);
  },
);
