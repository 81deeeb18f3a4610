// What a task costs at low load: CPU by process, for tasks that come one by one and for tasks that come together; and what it uses.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { SCOPES } from '@trace-mesh/access/caller';
import { fetchTraces } from '@trace-mesh/trace-doctor/jaeger';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { tokens } from '../tokens.ts';
import { cpuOf, spentSince } from './cpu.ts';
import { newPrefix, post } from './load.ts';
import { drain, faultsOfTraces, type LoadMesh } from './load-mesh.ts';
import type { Run } from './part.ts';
import { median, quantile } from './statistics.ts';

/** Tasks per second on average, in singles and in bursts: a fifth of a core or two. */
const LOW_RATE = 20;
/** Tasks that arrive together: more than a worker processes concurrently. */
export const BURST = 40;
/** Before the first measurement, so that the code is compiled: tasks per second, and s. */
const WARM_UP = { rate: 100, seconds: 15 };
/** How long the mesh is observed without tasks, in s. */
const IDLE_S = 5;
/** Sampled requests, whose spans are counted. */
const SAMPLED = 20;

/** CPU in ms by process. */
export type Cpu = Record<string, number>;
/** The CPU of all processes, in ms. */
export const sumOf = (cpu: Cpu): number => Object.values(cpu).reduce((sum, ms) => sum + ms, 0);

/** What a task costs at low load. */
export interface Costs {
  /** Per task, of tasks that come one by one; without what the mesh spends while idle. */
  single: Cpu;
  /** Per task of a burst. */
  burst: Cpu;
  /** CPU per second without tasks. */
  idle: Cpu;
  /** From POST to its answer, of single requests; in ms. */
  answerMs: number;
  uses: Uses;
}

/** What one task uses, by its spans and by Postgres. */
export interface Uses {
  spans: number;
  statements: number;
  redisCommands: number;
  /** How long the worker is occupied by it, with the deletion of its message, in ms. */
  processMs: number;
  walBytes: number;
  /** Connections to Postgres of each process that has some. */
  connections: number;
}

/** Measures on a mesh that does nothing else. Rounds alternate, and the one with the least CPU counts: noise only adds to it. */
export async function measureCosts(at: LoadMesh, { quick, say }: Run): Promise<Costs> {
  const [rounds, seconds] = quick ? [1, 8] : [3, 12];
  await measureTasks(at, WARM_UP.rate, WARM_UP.seconds, {});
  await measureTasks(at, WARM_UP.rate, WARM_UP.seconds / 3, {}, BURST);
  const idle = await whileIdle(at);
  const singles: Round[] = [];
  const bursts: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    singles.push(await measureTasks(at, LOW_RATE, seconds, idle));
    bursts.push(await measureTasks(at, LOW_RATE, seconds * 2, idle, BURST));
    const [one, together] = [singles, bursts].map((all) => sumOf((all.at(-1) as Round).cpu).toFixed(1));
    say(`CPU per task: ${one} ms one by one, ${together} ms in bursts of ${BURST}`);
  }
  return {
    single: least(singles).cpu,
    burst: least(bursts).cpu,
    idle,
    answerMs: Math.min(...singles.map(({ p50Ms }) => p50Ms)),
    uses: await usesOf(at),
  };
}

interface Round {
  cpu: Cpu;
  p50Ms: number;
}

const least = (rounds: Round[]): Round =>
  rounds.reduce((least, other) => (sumOf(other.cpu) < sumOf(least.cpu) ? other : least));

async function whileIdle({ mesh }: LoadMesh): Promise<Cpu> {
  const before = await cpuOf(mesh);
  await wait(IDLE_S * 1_000);
  const spent = spentSince(before, await cpuOf(mesh));
  return Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, ms / IDLE_S]));
}

/** The CPU per task until all have ended, without what the mesh spends while idle. */
export async function measureTasks(
  at: LoadMesh,
  rate: number,
  seconds: number,
  idle: Cpu,
  burst = 1,
): Promise<Round> {
  const prefix = newPrefix();
  const before = await cpuOf(at.mesh);
  const start = performance.now();
  const { accepted, sent, cpuMs, p50Ms } = await post(at, prefix, rate, seconds, burst);
  const { ended } = await drain(at, prefix);
  if (ended < sent)
    throw new Error(`${sent} tasks were sent at ${rate}/s, ${accepted} accepted, ${ended} ended`);
  const elapsedS = (performance.now() - start) / 1_000;
  const spent = { ...spentSince(before, await cpuOf(at.mesh)), 'load generator': cpuMs };
  const perTask = Object.entries(spent).map(([name, ms]): [string, number] => [
    name,
    Math.max(0, ms - (idle[name] ?? 0) * elapsedS) / ended,
  ]);
  return { cpu: Object.fromEntries(perTask), p50Ms };
}

/** Sends sampled requests one by one, and counts in their traces. */
async function usesOf(at: LoadMesh): Promise<Uses> {
  const prefix = newPrefix();
  const authorization = tokens.bearer({ tenantId: `${prefix}0`, scopes: SCOPES });
  const headers = { authorization, 'x-b3-sampled': '1', 'content-type': 'application/json' };
  const startUs = Date.now() * 1_000;
  const position = async () => {
    const { rows } = await at.db.query("SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes");
    return Number(rows[0]?.bytes);
  };
  const before = await position();
  for (let n = 0; n < SAMPLED; n += 1) {
    const body = JSON.stringify({ taskId: randomUUID(), prompt: 'Name one river of Europe.', maxTokens: 16 });
    const { status } = await fetch(`${at.mesh.endpoints['rest-api']}/api/tasks`, {
      method: 'POST',
      headers,
      body,
    });
    if (status !== 202) throw new Error(`POST /api/tasks answered ${status}`);
  }
  await drain(at, prefix);
  const walBytes = ((await position()) - before) / SAMPLED;
  const faults = await faultsOfTraces(at, SAMPLED, startUs);
  if (faults.length > 0) throw new Error(`traces are not whole: ${faults[0]}`);
  const window = { limit: SAMPLED * 2, startUs, endUs: Date.now() * 1_000 };
  const traces = await fetchTraces(at.mesh.endpoints.traces, 'rest-api', window);
  const posts = traces.filter(({ spans }) => spans.some(isProcess));
  const count = (counts: (span: Span) => boolean) =>
    median(posts.map(({ spans }) => spans.filter(counts).length));
  return {
    spans: count(() => true),
    statements: count(isCallOf('postgresql')),
    redisCommands: count(isCallOf('redis')),
    processMs: quantile(
      posts.map(({ spans }) => (spans.find(isProcess)?.durationUs ?? 0) / 1_000),
      0.5,
    ),
    walBytes,
    connections: await connectionsOf(at),
  };
}

/** Of rest-api, cost-ledger and the worker; without that of this program. */
async function connectionsOf({ db }: LoadMesh): Promise<number> {
  const { rows } = await db.query(
    "SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'",
  );
  return (Number(rows[0]?.open) - 1) / 3;
}

const isProcess = ({ service, name }: Span) => service === 'worker' && name === 'process tasks';
const isCallOf =
  (system: string) =>
  ({ kind, attributes }: Span) =>
    kind === 'client' &&
    attributes['db.system.name'] === system &&
    attributes['db.operation.name'] !== undefined;
