import { setTimeout as delay } from 'node:timers/promises';
import { expected } from '@trace-mesh/scenarios/expected';
import { facts, firstSpan } from '@trace-mesh/trace-doctor/answers/facts';
import { firstProblem, isTransfer, judgeRead } from '@trace-mesh/trace-doctor/answers/find';
import { isOwnTrace, withoutOwnCalls } from '@trace-mesh/trace-doctor/answers/own-calls';
import { readRegistry } from '@trace-mesh/trace-doctor/conventions/registry';
import type { Examination } from '@trace-mesh/trace-doctor/examine';
import { fetchServices, fetchTrace, fetchTracesOf } from '@trace-mesh/trace-doctor/jaeger';
import { printable } from '@trace-mesh/trace-doctor/selector';
import { QUIET_MS, settledTraces, UNFINISHED_MS } from '@trace-mesh/trace-doctor/settled-traces';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { type Command, InvalidArgumentError } from 'commander';
import { type Answer, type Answerer, withStore } from './answer.ts';
import { count } from './format.ts';
import type { Store, StoreOptions } from './store.ts';

/** How often the store is queried, in ms, and for how many traces of each service; traces beyond that are not shown. */
const POLL_MS = 1_000;
export const TRACES_AT_ONCE = 100;
/** Allows for clocks that are this far ahead, in ms. */
const AHEAD_MS = 60_000;

const HELP = `
Prints each trace once, ${QUIET_MS / 1000} s after its last span (${UNFINISHED_MS / 1000} s while its root or a parent is missing).
Of more than ${TRACES_AT_ONCE} new traces of one service in a second, some are not shown. With --json, one object per line.
`;

interface WatchOptions extends StoreOptions {
  since?: number;
  all?: true;
}

export function addWatch(program: Command, answer: Answerer): void {
  withStore(program.command('watch'))
    .description('print each new trace with its verdict, until Ctrl-C')
    .option(
      '--since <time>',
      'include traces that started within this time, such as 30s, 10m or 2h',
      duration,
    )
    .option('--all', 'include the traces of batch sends and receives, which only link to the messages')
    .addHelpText('after', HELP)
    .action((options: WatchOptions) => answer(options, (store) => watch(store, options)));
}

async function watch(store: Store, { since = 0, all, json }: WatchOptions): Promise<Answer> {
  const signal = store.stop;
  const registry = readRegistry();
  const sinceMs = Date.now() - since;
  const watched = settledTraces();
  try {
    for (;;) {
      const read = await readNewest(store, sinceMs, watched.growing());
      for (const trace of watched.settled(read, Date.now())) {
        if (isTransfer(trace) && !all) continue;
        const verdict = await judgeRead(store, trace, read, expected, registry);
        console.log(json ? JSON.stringify(toJson(verdict)) : line(verdict));
      }
      await delay(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return { text: '', exitCode: 0 };
  }
}

/** The newest traces since `sinceMs`, and those that are still growing. */
async function readNewest(store: Store, sinceMs: number, growing: readonly string[]): Promise<Trace[]> {
  const { tracesUrl, stop: signal } = store;
  const startUs = sinceMs * 1000;
  const search = { limit: TRACES_AT_ONCE, startUs, endUs: (Date.now() + AHEAD_MS) * 1000, signal };
  const found = await fetchTracesOf(tracesUrl, await fetchServices(tracesUrl, { signal }), search);
  const hidden = growing.filter((id) => !found.some(({ traceId }) => traceId === id));
  const more = await Promise.all(hidden.map((id) => fetchTrace(tracesUrl, id, { signal })));
  const all = [...found, ...more.flatMap((trace) => trace ?? [])];
  return all
    .filter((trace) => !isOwnTrace(trace))
    .map(withoutOwnCalls)
    .filter(({ spans }) => spans.every((span) => span.startUs >= startUs));
}

function line(verdict: Examination): string {
  const { trace, ok } = verdict;
  const { root, services, spans } = facts(trace);
  const time = beganAt(trace).toTimeString().slice(0, 8);
  const verdictText = ok ? 'healthy' : printable(firstProblem(verdict) ?? '');
  const columns = [printable(root), services.join(', '), count(spans, 'span'), trace.traceId, verdictText];
  return `${time} ${ok ? '✓' : '✗'} ${columns.join('  ')}`;
}

function toJson(verdict: Examination): Record<string, unknown> {
  const { trace, ok } = verdict;
  const problem = firstProblem(verdict);
  return { ok, time: beganAt(trace).toISOString(), ...facts(trace), ...(problem && { problem }) };
}

const beganAt = (trace: Trace) => new Date((firstSpan(trace)?.startUs ?? 0) / 1000);

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

function duration(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('Expected a time such as 30s, 10m or 2h.');
  return Number(amount) * (UNITS[unit] ?? 0);
}
