// One fault from begin to end: work in flight, the fault, its end, and then every promise.
import { setTimeout as wait } from 'node:timers/promises';
import type { ChaosMesh } from './chaos-mesh.ts';
import type { Ending, Fault } from './faults.ts';
import { checkHealth } from './health.ts';
import { type Load, startLoad } from './load.ts';
import { checkImperceptible, checkMemory, type Latencies, latenciesOf, memoryOf } from './measure.ts';
import { checkProbe } from './probe.ts';
import type { Asked, End } from './request-log.ts';
import { traceIdsOf } from './verify/tasks.ts';
import { checkTraces, type TraceFindings } from './verify/traces.ts';
import { readState } from './verify.ts';
import { stillBroken, type Violation } from './violation.ts';

/** A fault begins when so much of the load has ended. */
const BEGIN_AFTER = 0.1;
/** How soon the health of a service must report a fault, in ms. */
const HEALTH_MS = 8_000;
/** How soon after a fault every service must be ready again, in ms. */
const RECOVERY_MS = 30_000;
/** How long a service has to end after SIGTERM, in ms. */
const SHUTDOWN_MS = 15_000;
/** How long the stored state may take to settle once every caller has its result, in ms. */
const SETTLE_MS = 30_000;

/** How it is without a fault. */
export interface Normal {
  latencies: Latencies;
  /** Resident memory of each service, in bytes. */
  memory: ReadonlyMap<string, number>;
}

export interface Round extends Normal {
  fault: string;
  asked: readonly Asked[];
  /** How many callers were notified by each way. */
  told: Record<End['via'], number>;
  /** How often callers had to ask again. */
  repeated: number;
  /** How long the fault took to begin, in ms; for a SIGTERM that is the shutdown. */
  beginMs: number;
  /** From the end of the fault until every service was ready, in ms. */
  recoveryMs: number;
  /** Spans without their parent which the fault explains. */
  excused: number;
  breaches: Violation[];
}

export interface RoundOptions {
  tasks: number;
  /** Without it neither latency nor memory is held against anything. */
  normal?: Normal | undefined;
  /** How much longer than normal a caller may wait under a fault that callers must not notice. */
  latencyFactor: number;
}

/** Runs one round. Rejects when a process of the mesh dies that no fault has touched. */
export function runRound(mesh: ChaosMesh, fault: Fault, options: RoundOptions): Promise<Round> {
  return Promise.race([mesh.failed, run(mesh, fault, options)]);
}

async function run(mesh: ChaosMesh, fault: Fault, options: RoundOptions): Promise<Round> {
  const { tasks, normal, latencyFactor } = options;
  await mesh.model.forget();
  const before = await memoryOf(mesh);
  const { load, beginMs, recoveryMs, breaches } = await disturb(mesh, fault, tasks);
  breaches.push(...(await stillBroken(readState(mesh, load, fault), SETTLE_MS)));
  const traces = await settledTraces(mesh, load, fault);
  breaches.push(...traces.breaches);
  if (fault.drains && beginMs > SHUTDOWN_MS) {
    const seen = `it took ${Math.round(beginMs)} ms`;
    breaches.push({ promise: 'SIGTERM ends a service within 15 s', subject: fault.name, seen });
  }
  const latencies = latenciesOf(load.asked);
  if (normal) {
    const comparison = { tasks, factor: latencyFactor, normal: normal.latencies, felt: latencies };
    if (fault.imperceptible) breaches.push(...(await checkImperceptible(mesh, fault, comparison)));
    breaches.push(...(await stillBroken(() => checkMemory(mesh, [before, normal.memory]), SETTLE_MS)));
  }
  breaches.push(...(await checkProbe(mesh, fault.losesSpansOf === 'all' ? RECOVERY_MS : 0)));
  return {
    fault: fault.name,
    asked: load.asked,
    told: toldBy(load.asked),
    repeated: load.asked.reduce((sum, { failures }) => sum + failures.length, 0),
    beginMs,
    recoveryMs,
    excused: traces.excused,
    latencies,
    memory: await memoryOf(mesh),
    breaches,
  };
}

interface Disturbed {
  load: Load;
  beginMs: number;
  recoveryMs: number;
  breaches: Violation[];
}

/** The fault begins before the load and ends after it, or begins and ends while the load is under way. */
async function disturb(mesh: ChaosMesh, fault: Fault, tasks: number): Promise<Disturbed> {
  const { throughout, gone, lastsMs = 0 } = fault;
  const underWay = throughout ? undefined : await startLoad(mesh, tasks);
  await underWay?.ended(Math.ceil(tasks * BEGIN_AFTER));
  const began = performance.now();
  const end = await fault.begin(mesh);
  const beginMs = performance.now() - began;
  const load = underWay ?? (await startLoad(mesh, tasks));
  const breaches = await stillBroken(() => checkHealth(mesh, gone), HEALTH_MS);
  // Not a wait for something to happen: the length is what the fault is.
  await wait(Math.max(0, began + lastsMs - performance.now()));
  if (throughout) await load.finished;
  const recovery = await recover(mesh, end);
  await load.finished;
  return { load, beginMs, ...recovery, breaches: [...breaches, ...recovery.breaches] };
}

async function recover(mesh: ChaosMesh, end: Ending): Promise<{ recoveryMs: number; breaches: Violation[] }> {
  const ended = performance.now();
  const unended = await end().then(
    () => [],
    (error: Error) => [{ promise: 'a fault can be ended', subject: 'the mesh', seen: error.message }],
  );
  const breaches = await stillBroken(() => checkHealth(mesh), RECOVERY_MS);
  return { recoveryMs: performance.now() - ended, breaches: [...unended, ...breaches] };
}

async function settledTraces(mesh: ChaosMesh, load: Load, fault: Fault): Promise<TraceFindings> {
  const traceIds = await traceIdsOf(mesh, load);
  let findings: TraceFindings = { breaches: [], excused: 0 };
  await stillBroken(async () => {
    findings = await checkTraces(mesh.endpoints.traces, traceIds, fault.losesSpansOf ?? []);
    return findings.breaches;
  }, SETTLE_MS);
  return findings;
}

function toldBy(asked: readonly Asked[]): Round['told'] {
  const count = (via: End['via']) => asked.filter(({ end }) => end?.via === via).length;
  return { push: count('push'), fetch: count('fetch'), answer: count('answer') };
}
