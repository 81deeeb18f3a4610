// The mesh under load, with the guide's 0.1 % of traces sampled, and what is read from it afterwards.
import { setTimeout as wait } from 'node:timers/promises';
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { type Database, openDatabase } from '@trace-mesh/runtime/postgres';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { fetchTraces } from '@trace-mesh/trace-doctor/jaeger';
import { judge } from '@trace-mesh/trace-doctor/wait';
import { createLogger } from '@trace-mesh/tracing/logger';
import type { Run } from './part.ts';

/** The share of traces that is sampled. */
const SAMPLED = 0.001;
const POLL_MS = 500;
/** How long a sampled trace may take to be whole after its task has ended, in ms. */
const TRACE_DEADLINE_MS = 10_000;
/** How many traces are read. */
const MAX_TRACES = 1_000;
const ENTRY = 'POST /api/tasks';

const ENV = {
  OTEL_TRACES_SAMPLER_ARG: `ratio=${SAMPLED}`,
  // Above what is asked, since limits are not what is measured.
  RATE_LIMIT_PER_SECOND: '1000000',
  DEFAULT_BUDGET_MICRO_USD: String(10 ** 15),
};

const CALLERS = ['agent', 'edge-mcp'];
/** Spans of ws-hub that need a subscriber. */
const FOR_SUBSCRIBERS = ['process subscribe', 'send task.updated'];

/** The hops of a task from rest-api on, without a subscriber. */
const EDGES = (scenarios.find(({ name }) => name === 'create-task')?.edges ?? []).filter(
  ({ from, to }) =>
    [from, to].every(({ service }) => !CALLERS.includes(service)) && !FOR_SUBSCRIBERS.includes(to.name ?? ''),
);

export interface LoadMesh extends AsyncDisposable {
  mesh: Mesh;
  db: Database;
}

export async function openLoadMesh(
  { say, port }: Pick<Run, 'say' | 'port'>,
  env: Record<string, string> = {},
): Promise<LoadMesh> {
  await using opened = new AsyncDisposableStack();
  const mesh = opened.use(await startMesh({ env: { ...ENV, ...env }, onProgress: say, basePort: port }));
  const { DATABASE_URL = '' } = mesh.processes.get('worker')?.spec.env ?? {};
  const db = opened.use(openDatabase(DATABASE_URL, createLogger({ write: () => undefined })));
  const all = opened.move();
  return { mesh, db, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Tasks of the tenants `<prefix>…` that have ended, and those that have not. */
async function tasksOf(db: Database, prefix: string): Promise<{ ended: number; open: number }> {
  const { rows } = await db.query(
    `SELECT count(*) FILTER (WHERE status IN ('done', 'failed')) AS ended,
       count(*) FILTER (WHERE status NOT IN ('done', 'failed')) AS open FROM tasks WHERE starts_with(tenant_id, $1)`,
    [prefix],
  );
  return { ended: Number(rows[0]?.ended), open: Number(rows[0]?.open) };
}

/** Waits until every task of the tenants has ended, or none has for `stallMs`; resolves to how many have, and the time in s. */
export async function drain({ db }: LoadMesh, prefix: string, stallMs = 30_000) {
  const start = performance.now();
  let last = { ended: -1, at: start };
  for (;;) {
    const { ended, open } = await tasksOf(db, prefix);
    const now = performance.now();
    if (ended !== last.ended) last = { ended, at: now };
    if (open === 0 || now - last.at > stallMs) return { ended, seconds: (now - start) / 1_000 };
    await wait(POLL_MS);
  }
}

/** How many requests rest-api has sampled by ratio so far, by its own metric. */
export async function sampledCount({ mesh }: LoadMesh): Promise<number> {
  const ready = mesh.processes.get('rest-api')?.spec.ready;
  const url = ready && 'http' in ready ? ready.http.replace('/readyz', '/metrics') : '';
  const text = await (await fetch(url)).text();
  const line = /^mesh_sampling_decisions_total\{(?=[^}]*rule="ratio")(?=[^}]*sampled="true")[^}]*\} (\d+)/m;
  return Number(line.exec(text)?.[1] ?? 0);
}

/** Waits until `count` traces since `startUs` are in the store, each with every hop; resolves to what is missing at the deadline. */
export async function faultsOfTraces({ mesh }: LoadMesh, count: number, startUs: number): Promise<string[]> {
  const deadline = performance.now() + TRACE_DEADLINE_MS;
  for (;;) {
    const window = { limit: MAX_TRACES, startUs, endUs: Date.now() * 1_000 };
    const read = await fetchTraces(mesh.endpoints.traces, 'rest-api', window);
    const found = read.filter(({ spans }) => spans.some(({ name }) => name === ENTRY));
    const faults = found.flatMap((trace) => {
      const { problems, hops } = judge(trace, EDGES);
      return [...problems, ...hops.flatMap(({ why }) => why ?? [])].map((why) => `${trace.traceId}: ${why}`);
    });
    if (found.length !== count) faults.push(`${found.length} sampled traces arrived of ${count}`);
    if (faults.length === 0 || performance.now() > deadline) return faults;
    await wait(POLL_MS);
  }
}
