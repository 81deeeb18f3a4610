// One firing from click to verdict: the agent is told, the trace is read again and again as its spans arrive, and when the
// result is there the doctor judges every hop.
import type { Lab } from '@trace-mesh/faults/server';
import { pause } from '@trace-mesh/runtime/repeat';
import { browserEdges } from '@trace-mesh/scenarios/browser';
import type { Scenario } from '@trace-mesh/scenarios/catalog';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Agent } from '@trace-mesh/scenarios/fire';
import { diagnose, findOthers } from '@trace-mesh/trace-doctor/diagnose';
import type { Edge } from '@trace-mesh/trace-doctor/edges';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { type Verdict, waitForTrace } from '@trace-mesh/trace-doctor/wait';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import type { FiringEvent, PageFireRequest } from './messages.ts';
import { withWire } from './wire.ts';

/** How often the trace is read while the scenario runs, in ms. */
const LOOK_MS = 150;
/** How long the spans may take to arrive once the result is there, in ms; and how long none may come before it is settled. */
const VERDICT_TIMEOUT_MS = 15_000;
const QUIET_MS = 4_000;

export interface FiringDeps {
  agent: Pick<Agent, 'fire'>;
  lab: Pick<Lab, 'wire'>;
  endpoints: Pick<Endpoints, 'traces'>;
}

export interface FiringRequest {
  scenario: Scenario;
  prompt?: string | undefined;
  /** The id of the first task that it makes. */
  taskId: string;
  /** The trace that the verdict is about. */
  click: PageFireRequest['click'];
  /** The context that the scenario continues. */
  carrier: Carrier;
}

/**
 * Follows a firing to its end, and tells what happens: spans as they arrive, result or failure, verdict. Whatever goes wrong
 * is told too; it rejects only with the signal's reason.
 */
export async function followFiring(
  ask: FiringRequest,
  deps: FiringDeps,
  tell: (event: FiringEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await follow(ask, deps, tell, signal);
  } catch (error) {
    signal.throwIfAborted();
    tell({ type: 'failed', error: messageOf(error) });
  }
}

async function follow(
  { scenario, click, ...ask }: FiringRequest,
  { agent, lab, endpoints }: FiringDeps,
  tell: (event: FiringEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { traceId, sampled } = click;
  const told = new Set<string>();
  const onTrace = ({ spans }: Trace) => {
    const fresh = spans.filter(({ spanId }) => !told.has(spanId));
    for (const { spanId } of fresh) told.add(spanId);
    if (fresh.length > 0) tell({ type: 'spans', spans: fresh });
  };
  const firing = agent.fire(scenario.name, ask);
  const over = new AbortController();
  const look = () => fetchTrace(endpoints.traces, traceId, { signal });
  const looking = sampled ? lookAgain(look, onTrace, AbortSignal.any([signal, over.signal])) : undefined;
  // A look that fails costs only the early sight of the spans: the verdict asks the store again, and tells.
  const [outcome] = await Promise.allSettled([firing.finally(() => over.abort()), looking]);
  signal.throwIfAborted();
  if (outcome.status === 'rejected') tell({ type: 'failed', error: messageOf(outcome.reason) });
  else tell({ type: 'result', result: outcome.value.result });
  if (!sampled) return tell({ type: 'unsampled' });

  const edges = [...scenario.edges, ...browserEdges(scenario)];
  const verdict = await waitForTrace(endpoints.traces, traceId, edges, {
    timeoutMs: VERDICT_TIMEOUT_MS,
    quietMs: QUIET_MS,
    signal,
    relatedTraceIds: outcome.status === 'fulfilled' ? outcome.value.relatedTraceIds : [],
    onTrace,
  });
  const { ok, problems } = verdict;
  const diagnoses = ok ? [] : await explain(verdict, edges, endpoints.traces, signal);
  tell({ type: 'verdict', ok, problems, diagnoses, hops: withWire(verdict, edges, lab) });
}

/** Why the trace is broken, one sentence for each cause. */
async function explain(
  { trace, related }: Verdict,
  edges: readonly Edge[],
  tracesUrl: string,
  signal: AbortSignal,
): Promise<string[]> {
  const others = await findOthers(tracesUrl, trace, edges, { signal });
  return diagnose({ trace, edges, related, others }).map(({ text }) => text);
}

/** Reads the trace until `signal` aborts. */
async function lookAgain(
  look: () => Promise<Trace | undefined>,
  onTrace: (trace: Trace) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const trace = await look();
    if (trace) onTrace(trace);
    await pause(LOOK_MS, signal);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
