// The newest traces of a store.
import { z } from 'zod';
import { type ConventionRegistry, readRegistry } from '../conventions/registry.ts';
import { type Examination, examine } from '../examine.ts';
import { fetchServices, fetchTracesOf } from '../jaeger.ts';
import { arrange, readLinked } from '../links.ts';
import { endUs, type Trace, timeOf } from '../trace.ts';
import { SETTLED_AFTER_MS } from './check.ts';
import type { Expected } from './expected.ts';
import { Facts, facts } from './facts.ts';
import { isOwnTrace, withoutOwnCalls } from './own-calls.ts';
import type { Store } from './store.ts';

/** How many traces of each service are read: the newest. */
export const MAX_FOUND = 100;
/** Allows for clocks that are this far ahead, in ms. */
const AHEAD_MS = 60_000;

export interface Search {
  /** How long ago a trace may have started, in ms. */
  sinceMs: number;
  /** Only traces with a span of this service. */
  service?: string | undefined;
  /** Only traces with a span whose name contains this text. */
  name?: string | undefined;
  /** Only traces with an error, or that are not healthy. */
  only?: 'errors' | 'broken' | undefined;
  /** Only traces that took at least this long, in ms. */
  minDurationMs?: number | undefined;
  /** Only traces in which a span has all of these attributes. */
  attributes?: Record<string, string> | undefined;
  /** Only traces after this one in the list: the `position` of a trace. */
  after?: string | undefined;
}

const Found = Facts.extend({
  startedAt: z.string(),
  errors: z.int().describe('Spans with an error'),
  problem: z.string().optional().describe('Why it is not healthy; only if broken traces were requested'),
});

/** The JSON of the tool find_traces. */
export const FindAnswer = z.object({
  traces: z.array(Found).describe('The newest first'),
  limited: z
    .boolean()
    .describe(`Some service has more than ${MAX_FOUND} traces of this time, of which the newest were read`),
  unjudged: z.int().describe('Traces that may still grow, so that it is not known whether they are broken'),
});

type FoundTrace = z.infer<typeof Found>;

/** Where a trace is in the list: traces that arrive later do not change it. */
export const position = ({ startedAt, traceId }: Pick<FoundTrace, 'startedAt' | 'traceId'>): string =>
  `${startedAt}_${traceId}`;

/** Traces without the doctor's own calls, and without those of batch requests alone: each message has a trace of its own. */
export async function readFound(
  store: Store,
  search: Search,
  expected: Expected,
): Promise<z.infer<typeof FindAnswer>> {
  const { tracesUrl, stop: signal } = store;
  const startUs = (Date.now() - search.sinceMs) * 1000;
  const services = search.service ? [search.service] : await fetchServices(tracesUrl, { signal });
  const { attributes } = search;
  const window = { startUs, endUs: (Date.now() + AHEAD_MS) * 1000 };
  const read = await fetchTracesOf(tracesUrl, services, {
    ...window,
    ...(attributes && { attributes }),
    ...{ limit: MAX_FOUND, signal },
  });
  const limited = services.some(
    (name) => read.filter((trace) => hasService(trace, name)).length >= MAX_FOUND,
  );
  const fitting = read
    .filter((trace) => trace.spans.length > 0 && !isOwnTrace(trace) && !isTransfer(trace))
    .map(withoutOwnCalls)
    .filter((trace) => fits(trace, search));
  const judging = search.only === 'broken' ? fitting.filter(isSettled) : [];
  const shown =
    search.only === 'broken'
      ? await findBroken(store, judging, read, expected)
      : fitting.map((trace) => toFound(trace));
  return {
    traces: shown.sort(newestFirst).filter((found) => isAfter(found, search.after)),
    limited,
    unjudged: search.only === 'broken' ? fitting.length - judging.length : 0,
  };
}

const hasService = ({ spans }: Trace, service: string) => spans.some((span) => span.service === service);

/** A trace of batch requests only: each message has its own trace. */
export const isTransfer = ({ spans }: Trace): boolean =>
  spans.every(({ kind, attributes }) => kind === 'client' && 'messaging.batch.message_count' in attributes);

const failed = ({ spans }: Trace) => spans.filter(({ status }) => status?.code === 'ERROR').length;

function fits(trace: Trace, { name, only, minDurationMs = 0 }: Search): boolean {
  const { startUs = 0, endUs = 0 } = timeOf(trace) ?? {};
  return (
    (endUs - startUs) / 1000 >= minDurationMs &&
    (name === undefined || trace.spans.some((span) => span.name.includes(name))) &&
    (only !== 'errors' || failed(trace) > 0)
  );
}

const isSettled = ({ spans }: Trace) =>
  spans.every((span) => Date.now() - endUs(span) / 1000 > SETTLED_AFTER_MS);

/** The verdict on a trace among those that were `read` with it. */
export async function judgeRead(
  { tracesUrl, stop }: Store,
  trace: Trace,
  read: readonly Trace[],
  expected: Expected,
  registry: ConventionRegistry,
): Promise<Examination> {
  const linked = await readLinked(tracesUrl, trace, { signal: stop });
  return examine(trace, expected.edgesOf(trace), arrange(trace, linked, read), registry, expected.isOurs);
}

/** In a sentence why a trace is not healthy: a cause, or else a symptom. */
export const firstProblem = ({ diagnoses, problems }: Examination): string | undefined =>
  diagnoses[0]?.text ?? problems[0]?.text;

async function findBroken(
  store: Store,
  traces: readonly Trace[],
  read: readonly Trace[],
  expected: Expected,
): Promise<FoundTrace[]> {
  const registry = readRegistry();
  const found: FoundTrace[] = [];
  for (const trace of traces) {
    const verdict = await judgeRead(store, trace, read, expected, registry);
    if (!verdict.ok) found.push(toFound(trace, firstProblem(verdict)));
  }
  return found;
}

const toFound = (trace: Trace, problem?: string): FoundTrace => ({
  ...facts(trace),
  startedAt: new Date((timeOf(trace)?.startUs ?? 0) / 1000).toISOString(),
  errors: failed(trace),
  ...(problem !== undefined && { problem }),
});

const newestFirst = (a: FoundTrace, b: FoundTrace) =>
  b.startedAt.localeCompare(a.startedAt) || a.traceId.localeCompare(b.traceId);

/** Whether it comes after that position in the list. */
function isAfter({ startedAt, traceId }: FoundTrace, after: string | undefined): boolean {
  if (after === undefined) return true;
  const [time = '', id = ''] = after.split('_');
  return startedAt < time || (startedAt === time && traceId > id);
}
