// The load of the source guide: POST /api/tasks, open-loop, 0.1 % sampled; then the highest rate whose p99 stays below 100 ms, and
// the tasks per second from POST to push.
import { tokens } from '../tokens.ts';
import { runInBackground } from './background.ts';
import { cpuOf, spentSince } from './cpu.ts';
import { generate } from './generate.ts';
import type { LoadPlan, LoadResult } from './load-generator.ts';
import { drain, faultsOfTraces, type LoadMesh, openLoadMesh, sampledCount } from './load-mesh.ts';
import { type Run, table } from './part.ts';
import { printProfile } from './profile.ts';
import { type Profiles, profiledEnv, profileMesh } from './profile-mesh.ts';
import type { PushPlan, PushResult } from './push-generator.ts';

/** The guide's rate, in requests per second, and its limit of the p99, in ms. */
const ASKED = 1_000;
export const P99_LIMIT_MS = 100;
/** A rate is held if this share of it is answered. */
const HELD_SHARE = 0.98;
const TENANTS = 20;
/** Tasks in flight at a time from POST to push. */
const IN_FLIGHT = 256;
/** One worker stands for several: with 32 at a time, tasks wait in the queue while the cores are idle. */
const ENV = { CONSUMER_CONCURRENCY: '128' };
/** What ends tasks after they were accepted: the requests come first. */
const BACKGROUND = ['worker', 'bedrock'];
/** How often the search halves the interval between a rate that was held and one that was not. */
const BISECTIONS = 4;
/** Where the search begins, in requests per second. */
const FIRST_RATE = 100;

export interface Load {
  /** Requests per second. */
  asked: number;
  /** Accepted requests per second, until the last answer. */
  held: number;
  p50Ms: number;
  p99Ms: number;
  /** Requests that were not accepted. */
  errors: number;
  /** Every answer has `X-Trace-ID`, and every sampled trace arrived with every hop. */
  sampledWhole: boolean;
  sampled: number;
  /** Accepted tasks that have not ended. */
  lost: number;
  /** How long the queue took to drain after the last answer, in s. */
  drainS: number;
  /** The highest rate with a p99 below 100 ms and without errors. */
  highestRate: number;
  /** Tasks per second from POST to push over WebSocket, with `IN_FLIGHT` at a time. */
  endToEnd: Pick<PushResult, 'tasksPerS' | 'p50Ms' | 'p99Ms' | 'lost'>;
  /** CPU in ms per accepted task of each process, the load generator's apart; until the queue was empty. */
  cpuMsPerTask: Record<string, number>;
  /** What was not whole, lost or refused. */
  faults: string[];
  /** With `--profile`: of each process of Node, from POST to push. */
  profiles?: Profiles;
}

let runs = 0;
export const newPrefix = () => `load-${process.pid}-${++runs}-`;
const tenantsOf = (prefix: string) => Array.from({ length: TENANTS }, (_, index) => `${prefix}${index}`);

export function post(
  { mesh }: LoadMesh,
  prefix: string,
  rate: number,
  seconds: number,
  burst = 1,
): Promise<LoadResult> {
  const authorizations = tenantsOf(prefix).map((tenantId) => tokens.bearer({ tenantId }));
  const plan: LoadPlan = { url: mesh.endpoints['rest-api'], authorizations, rate, seconds, burst };
  return generate('./load-generator.ts', plan);
}

const errorsOf = ({ errors }: LoadResult) => Object.values(errors).reduce((sum, count) => sum + count, 0);
const heldOf = ({ accepted, elapsedS }: LoadResult) => accepted / elapsedS;

/** How a rate is judged beside its p99: in one of how many tries, and how soon after the last answer all tasks must have ended, in s. */
interface Held {
  tries?: number;
  drainS?: number;
}

/** The highest rate that is held with a p99 below the limit; each try begins with an empty queue. */
export async function searchRate(
  at: LoadMesh,
  { quick, say }: Run,
  { tries = 1, drainS = Number.POSITIVE_INFINITY }: Held = {},
): Promise<number> {
  const seconds = quick ? 3 : 5;
  const holds = async (rate: number, left = tries): Promise<boolean> => {
    const prefix = newPrefix();
    const result = await post(at, prefix, rate, seconds);
    const isAnswered =
      errorsOf(result) === 0 && result.p99Ms < P99_LIMIT_MS && result.accepted >= HELD_SHARE * rate * seconds;
    const drained = await drain(at, prefix);
    const ok = isAnswered && drained.seconds <= drainS;
    const figures = `p99 ${result.p99Ms.toFixed(0)} ms, queue empty after ${drained.seconds.toFixed(1)} s`;
    say(`${rate}/s: ${figures} ${ok ? 'held' : 'not held'}`);
    return ok || (left > 1 && holds(rate, left - 1));
  };
  let low = 0;
  let high = FIRST_RATE;
  while (await holds(high)) {
    low = high;
    high *= 2;
  }
  for (let n = 0; n < BISECTIONS; n += 1) {
    const middle = Math.round((low + high) / 2);
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Runs the guide's load on a mesh of its own. */
export async function run(options: Run): Promise<Load> {
  const { quick, say, rate: asked = ASKED } = options;
  await using at = await openLoadMesh(options, { ...ENV, ...(options.profile && (await profiledEnv())) });
  const warmUp = newPrefix();
  await post(at, warmUp, 50, 3);
  await drain(at, warmUp);
  const pushing = () => toPush(at, quick ? 5 : 20);
  const { result: endToEnd, profiles } = options.profile
    ? await profileMesh(at.mesh, pushing, ({ tasks }) => tasks)
    : { result: await pushing() };
  say(`POST to push: ${endToEnd.tasksPerS.toFixed(0)} tasks/s`);

  await runInBackground(at.mesh, BACKGROUND);
  const seconds = quick ? 10 : 30;
  say(`${asked}/s for ${seconds} s`);
  const prefix = newPrefix();
  const sampledBefore = await sampledCount(at);
  const startUs = Date.now() * 1_000;
  const before = await cpuOf(at.mesh);
  const result = await post(at, prefix, asked, seconds);
  const { ended, seconds: drainS } = await drain(at, prefix);
  const spent = { ...spentSince(before, await cpuOf(at.mesh)), 'load generator': result.cpuMs };
  const sampled = (await sampledCount(at)) - sampledBefore;
  const traces = await faultsOfTraces(at, sampled, startUs);
  // Last, with code that has run before.
  const highestRate = await searchRate(at, options);
  const errors = errorsOf(result);
  const lost = result.accepted - ended;
  const faults = [
    ...Object.entries(result.errors).map(([error, count]) => `${count} requests: ${error}`),
    ...(result.withoutTraceId > 0 ? [`${result.withoutTraceId} answers without X-Trace-ID`] : []),
    ...(lost > 0 ? [`${lost} accepted tasks have not ended`] : []),
    ...traces,
  ];
  return {
    asked,
    held: heldOf(result),
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    errors,
    sampledWhole: traces.length === 0 && result.withoutTraceId === 0,
    sampled,
    lost,
    drainS,
    highestRate,
    endToEnd,
    cpuMsPerTask: Object.fromEntries(
      Object.entries(spent).map(([name, ms]) => [name, ms / Math.max(1, result.accepted)]),
    ),
    faults,
    ...(profiles && { profiles }),
  };
}

function toPush({ mesh }: LoadMesh, seconds: number): Promise<PushResult> {
  const plan: PushPlan = {
    restApi: mesh.endpoints['rest-api'],
    hub: mesh.endpoints['ws-hub'],
    tokens: tenantsOf(newPrefix()).map((tenantId) => tokens.token({ tenantId })),
    inFlight: IN_FLIGHT,
    seconds,
  };
  return generate('./push-generator.ts', plan);
}

export function print(load: Load): string {
  const { endToEnd, cpuMsPerTask, faults, profiles = {} } = load;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const rows: [string, string][] = [
    ['asked', `${load.asked}/s`],
    ['held', `${load.held.toFixed(0)}/s`],
    ['p50, p99', `${ms(load.p50Ms)}, ${ms(load.p99Ms)}`],
    ['errors, lost tasks', `${load.errors}, ${load.lost}`],
    ['sampled traces', `${load.sampled}, ${load.sampledWhole ? 'all whole' : 'not all whole'}`],
    ['queue empty after', `${load.drainS.toFixed(1)} s`],
    [`highest rate with p99 < ${P99_LIMIT_MS} ms`, `${load.highestRate}/s`],
    [
      `POST to push, ${IN_FLIGHT} in flight`,
      `${endToEnd.tasksPerS.toFixed(0)} tasks/s, p99 ${ms(endToEnd.p99Ms)}`,
    ],
    ...Object.entries(cpuMsPerTask).map(([name, spent]): [string, string] => [
      `CPU per task, ${name}`,
      ms(spent),
    ]),
    ...faults.map((fault): [string, string] => ['fault', fault]),
  ];
  const measured = table({ load: ([name]) => name, figure: ([, figure]) => figure }, rows);
  const profiled = Object.entries(profiles).map(([name, profile]) => `\n${printProfile(name, profile)}`);
  return [measured, ...profiled].join('\n');
}
