// What is measured: how long callers waited, and how much memory the services hold.
import { execa } from 'execa';
import type { ChaosMesh } from './chaos-mesh.ts';
import type { Fault } from './faults.ts';
import { startLoad } from './load.ts';
import type { Asked } from './request-log.ts';
import type { Violation } from './violation.ts';

/** How often latency is compared before it counts as felt. */
const COMPARISONS = 3;
/** How much more memory a service may hold after a fault than before it, in bytes. */
const MEMORY_GROWTH_BYTES = 100 * 1024 * 1024;

/** In ms; NaN where nothing was measured. */
export interface Latency {
  p50: number;
  p99: number;
}

export interface Latencies {
  /** The POST that was accepted. */
  post: Latency;
  /** From asking, with all that went wrong first, to the end. */
  end: Latency;
}

export function latenciesOf(asked: readonly Asked[]): Latencies {
  const posts = asked.flatMap(({ postMs }) => (postMs === undefined ? [] : [postMs]));
  const ends = asked.flatMap(({ askedAt, endedAt }) => (endedAt === undefined ? [] : [endedAt - askedAt]));
  return { post: latencyOf(posts), end: latencyOf(ends) };
}

function latencyOf(samples: readonly number[]): Latency {
  const sorted = samples.toSorted((a, b) => a - b);
  // The nearest rank: the smallest sample that so many per cent do not exceed.
  const rank = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
  return { p50: rank(50), p99: rank(99) };
}

/** Latencies that are more than `factor` times those without a fault. */
export function checkLatency(felt: Latencies, normal: Latencies, factor: number): Violation[] {
  const pairs = [
    ['POST, p50', felt.post.p50, normal.post.p50],
    ['to the end, p50', felt.end.p50, normal.end.p50],
    ['to the end, p99', felt.end.p99, normal.end.p99],
  ] as const;
  return pairs
    .filter(([, now, before]) => !(now <= factor * before))
    .map(([subject, now, before]) => ({
      promise: `latency is at most ${factor} times what it is without the fault`,
      subject,
      seen: `${Math.round(now)} ms against ${Math.round(before)} ms`,
    }));
}

interface Comparison {
  tasks: number;
  factor: number;
  normal: Latencies;
  felt: Latencies;
}

/**
 * What callers felt in every comparison. The machine has other things to do as well, which makes some runs slower whatever is at
 * fault: a run that was slower is compared again, with a new one without the fault right before it.
 */
export async function checkImperceptible(
  mesh: ChaosMesh,
  fault: Fault,
  first: Comparison,
): Promise<Violation[]> {
  const { tasks, factor } = first;
  let breaches = checkLatency(first.felt, first.normal, factor);
  for (let compared = 1; breaches.length > 0 && compared < COMPARISONS; compared += 1) {
    const normal = await measure(mesh, tasks);
    const end = await fault.begin(mesh);
    const felt = await measure(mesh, tasks);
    await end();
    breaches = checkLatency(felt, normal, factor);
  }
  return breaches;
}

/** Runs some tasks and answers how long they took. */
export async function measure(mesh: ChaosMesh, tasks: number): Promise<Latencies> {
  const load = await startLoad(mesh, tasks);
  await load.finished;
  return latenciesOf(load.asked);
}

/** Resident memory of each service, in bytes. */
export async function memoryOf({ services }: ChaosMesh): Promise<Map<string, number>> {
  const pids = [...services].map(([name, { pid }]) => [name, pid] as const);
  const sizes = pids.map(async ([name, pid]) => {
    const { stdout } = await execa('ps', ['-o', 'rss=', '-p', String(pid)]);
    return [name, Number(stdout) * 1024] as const;
  });
  return new Map(await Promise.all(sizes));
}

/**
 * Services that hold more than before the fault. One that a fault had just replaced was smaller than it is after any work,
 * so that each counts with the most that it had in `before`.
 */
export async function checkMemory(
  mesh: ChaosMesh,
  before: readonly ReadonlyMap<string, number>[],
): Promise<Violation[]> {
  const after = await memoryOf(mesh);
  return [...after].flatMap(([subject, now]) => {
    const then = Math.max(...before.map((sizes) => sizes.get(subject) ?? 0));
    if (now - then <= MEMORY_GROWTH_BYTES) return [];
    const seen = `${mib(now)} MiB after ${mib(then)} MiB before`;
    return [{ promise: 'memory is back within 100 MiB', subject, seen }];
  });
}

export const mib = (bytes: number): number => Math.round(bytes / 1024 / 1024);
