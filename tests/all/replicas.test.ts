// The mesh with several processes of each service: every scenario, and some of the faults, each with 40 tasks in flight.
import { randomBytes, randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Scenario, scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { checkEdges, type Edge } from '@trace-mesh/trace-doctor/edges';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ChaosMesh, openChaosMesh } from '../chaos/chaos-mesh.ts';
import { faultNamed, together } from '../chaos/faults.ts';
import { runRound } from '../chaos/round.ts';
import { tokens } from '../tokens.ts';
import { traceWhen } from '../trace-when.ts';

const SCALE = { worker: 3, 'ws-hub': 2, 'rest-api': 2, 'edge-mcp': 2, 'cost-ledger': 2 };
const TASKS = 40;
const START_MS = 120_000;
const ROUND_MS = 120_000;

let mesh: ChaosMesh;
beforeAll(async () => {
  mesh = await openChaosMesh({ scale: SCALE });
}, START_MS);
afterAll(() => mesh[Symbol.asyncDispose]());

/** Of different services, so that the replicas of each answer for it. */
const FAULTS = [
  ['kill worker', 'restart edge-mcp'],
  ['kill rest-api', 'restart ws-hub'],
  ['restart cost-ledger'],
].map((names) => together(...names.map(faultNamed)));

it.each(FAULTS)(
  'no task is lost, done twice or charged twice with replicas: $name',
  {
    timeout: ROUND_MS,
  },
  async (fault) => {
    const { breaches, asked } = await runRound(mesh, fault, { tasks: TASKS, latencyFactor: 1 });
    expect(breaches).toEqual([]);
    expect(asked.filter(({ end }) => end)).toHaveLength(TASKS);
  },
);

/** The child of a span of one process, in the same or in another. */
const edge = (from: Edge['from'], to: Edge['to']): Edge => ({
  ...{ from, to, transport: 'any', relation: 'parent', row: 25 },
});
const edgeSpan = (kind: Edge['from']['kind'], name: string, attributes = {}): Edge['from'] => ({
  ...{ service: 'edge-mcp', kind, name, attributes },
});

it('a cancellation of the 2025 era that reaches another instance ends its call there', {
  timeout: ROUND_MS,
}, async () => {
  const [first, second] = ['edge-mcp', 'edge-mcp-2'].map(
    (name) => `http://127.0.0.1:${mesh.process(name).spec.env.PORT}/mcp`,
  );
  const isCancellation = (init?: RequestInit) => String(init?.body).includes('notifications/cancelled');
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const transport = new StreamableHTTPClientTransport(new URL(String(first)), {
    requestInit: { headers: { authorization: tokens.bearer() } },
    fetch: (url, init) => fetch(isCancellation(init) ? String(second) : url, init),
  });
  await client.connect(transport);
  const traceId = randomBytes(16).toString('hex');
  const holds = (edges: Edge[]) =>
    traceWhen(mesh.endpoints.traces, traceId, (trace) => {
      expect(checkEdges(trace, edges).flatMap((hop) => (hop.ok ? [] : [hop.why]))).toEqual([]);
    });
  // No ledger answers, so that the call is in progress.
  const ledgers = ['cost-ledger', 'cost-ledger-2'].map((name) => mesh.process(name));
  for (const ledger of ledgers) await ledger.pause();
  const cancel = new AbortController();
  const prompt = { prompt: 'Name a colour.', taskId: randomUUID() };
  const _meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  const call = client.callTool({ name: 'create_task', arguments: prompt, _meta }, { signal: cancel.signal });
  const rejected = expect(call).rejects.toThrow('enough');
  await holds([
    edge(
      { ...edgeSpan('producer', 'send subscribed'), service: 'ws-hub' },
      edgeSpan('consumer', 'process subscribed'),
    ),
  ]);
  cancel.abort('enough');
  await rejected;
  await holds([
    edge(
      edgeSpan('server', 'tools/call create_task', { 'error.type': 'cancelled' }),
      edgeSpan('client', 'POST'),
    ),
  ]);
  for (const ledger of ledgers) await ledger.resume();
  await client.close();
});

// The last: its scenarios leave dead letters, which the rounds above would report.
it('every hop of every scenario holds with replicas', { timeout: ROUND_MS }, async () => {
  await using agent = openAgent(mesh.endpoints);
  const limit = pLimit(3);
  const verdict = async ({ name, edges }: Scenario) => {
    const { traceId, relatedTraceIds } = await agent.fire(name);
    const options = { timeoutMs: 10_000, relatedTraceIds };
    const { hops, problems } = await waitForTrace(mesh.endpoints.traces, traceId, edges, options);
    return { name, broken: hops.filter(({ ok }) => !ok), problems };
  };
  const verdicts = await Promise.all(scenarios.map((scenario) => limit(verdict, scenario)));
  expect(verdicts).toEqual(scenarios.map(({ name }) => ({ name, broken: [], problems: [] })));
});
