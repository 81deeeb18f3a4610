// One firing from click to verdict: the agent fires, the trace is polled while its spans arrive, and after the result
// the doctor checks every hop.
import type { Lab } from '@trace-mesh/faults/server';
import { repeat } from '@trace-mesh/runtime/repeat';
import { browserEdges } from '@trace-mesh/scenarios/browser';
import type { Scenario } from '@trace-mesh/scenarios/catalog';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Agent } from '@trace-mesh/scenarios/fire';
import { diagnose } from '@trace-mesh/trace-doctor/diagnose';
import type { Edge } from '@trace-mesh/trace-doctor/edges';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import { findOthers } from '@trace-mesh/trace-doctor/links';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { type Verdict, waitForTrace } from '@trace-mesh/trace-doctor/wait';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import type { FiringEvent, PageFireRequest } from './messages.ts';
import { withWire } from './wire.ts';

/** How often the trace is polled while the scenario runs, in ms. */
const POLL_MS = 150;
/** How long spans may arrive after the result, and after how long without a new span the trace is complete, in ms. */
const VERDICT_TIMEOUT_MS = 15_000;
const QUIET_MS = 4_000;

export interface FiringDeps {
  agent: Pick<Agent, 'fire'>;
  lab: Pick<Lab, 'wire'>;
  endpoints: Pick<Endpoints, 'traces'>;
  /** Default: `VERDICT_TIMEOUT_MS`. */
  verdictTimeoutMs?: number;
}

export interface FiringRequest {
  scenario: Scenario;
  prompt?: string | undefined;
  /** The id of the first task that it creates. */
  taskId: string;
  /** The trace of the verdict. */
  click: PageFireRequest['click'];
  /** The context that the scenario continues. */
  carrier: Carrier;
}

/**
 * Fires, and reports events to the end: spans as they arrive, result or failure, verdict. Errors are events too; it
 * rejects only with the signal's reason.
 */
export async function followFiring(
  request: FiringRequest,
  deps: FiringDeps,
  report: (event: FiringEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await follow(request, deps, report, signal);
  } catch (error) {
    signal.throwIfAborted();
    report({ type: 'failed', error: messageOf(error) });
  }
}

async function follow(
  { scenario, click, ...options }: FiringRequest,
  { agent, lab, endpoints, verdictTimeoutMs = VERDICT_TIMEOUT_MS }: FiringDeps,
  report: (event: FiringEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { traceId, sampled } = click;
  const reported = new Set<string>();
  const onTrace = ({ spans }: Trace) => {
    const fresh = spans.filter(({ spanId }) => !reported.has(spanId));
    for (const { spanId } of fresh) reported.add(spanId);
    if (fresh.length > 0) report({ type: 'spans', spans: fresh });
  };
  const read = async () => {
    const trace = await fetchTrace(endpoints.traces, traceId, { signal });
    if (trace) onTrace(trace);
  };
  const firing = agent.fire(scenario.name, options);
  // A failed poll only delays the spans: the verdict reads the store again, and reports its failure.
  const polling = sampled ? repeat(POLL_MS, read, () => undefined) : undefined;
  const [outcome] = await Promise.allSettled([firing]);
  await polling?.[Symbol.asyncDispose]();
  signal.throwIfAborted();
  if (outcome.status === 'rejected') report({ type: 'failed', error: messageOf(outcome.reason) });
  else report({ type: 'result', result: outcome.value.result });
  if (!sampled) return report({ type: 'unsampled' });

  const edges = [...scenario.edges, ...browserEdges(scenario)];
  const verdict = await waitForTrace(endpoints.traces, traceId, edges, {
    timeoutMs: verdictTimeoutMs,
    quietMs: QUIET_MS,
    signal,
    relatedTraceIds: outcome.status === 'fulfilled' ? outcome.value.relatedTraceIds : [],
    onTrace,
  });
  const { ok, problems } = verdict;
  const diagnoses = ok ? [] : await explain(verdict, edges, endpoints.traces, signal);
  report({ type: 'verdict', ok, problems, diagnoses, hops: withWire(verdict, edges, lab) });
}

/** Why the trace is broken: one sentence for each cause. */
async function explain(
  { trace, related }: Verdict,
  edges: readonly Edge[],
  tracesUrl: string,
  signal: AbortSignal,
): Promise<string[]> {
  const others = await findOthers(tracesUrl, trace, edges, { signal });
  return diagnose({ trace, edges, related, others }).map(({ text }) => text);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
