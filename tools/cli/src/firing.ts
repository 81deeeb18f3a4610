import type { Scenario } from '@trace-mesh/scenarios/catalog';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Agent } from '@trace-mesh/scenarios/fire';
import { judge, type Verdict, type waitForTrace } from '@trace-mesh/trace-doctor/wait';

/** How long to wait for the trace, in ms: far longer than the exporters' batch delays. */
export const VERDICT_TIMEOUT_MS = 15_000;
/** How long to wait for the decision of a tail sampler after that, in ms: it decides 30 s after a trace's first span. */
export const DECISION_TIMEOUT_MS = 45_000;

/** The part of a scenario that the demo uses; the agent process runs it. */
export type DemoScenario = Pick<Scenario, 'name' | 'title' | 'rows' | 'edges'>;

export interface FiredScenario {
  scenario: DemoScenario;
  /** Empty if tracing is off or the scenario failed. */
  traceId: string;
  /** Further traces that the scenario started. */
  relatedTraceIds?: readonly string[];
  result: Record<string, unknown>;
  /** Absent if tracing is off. */
  verdict?: Verdict;
  /** Why there is no result or no verdict. */
  error?: string;
  ok: boolean;
}

/** Access to the mesh and to its traces; a seam for tests. */
export interface MeshAccess {
  fire: Agent['fire'];
  wait: typeof waitForTrace;
  /** OTEL_SDK_DISABLED=true: only then may a result have no trace. */
  tracingOff: boolean;
}

/**
 * Fires the scenario and waits for its trace. A failure is an outcome with `ok: false` and every hop broken, so
 * that the other scenarios are still fired.
 * @throws the signal's reason when aborted
 */
export async function fireAndJudge(
  scenario: DemoScenario,
  endpoints: Endpoints,
  options: { prompt?: string; signal: AbortSignal },
  { fire, wait, tracingOff }: MeshAccess,
): Promise<FiredScenario> {
  const { signal, prompt } = options;
  try {
    const { traceId, relatedTraceIds, result } = await fire(scenario.name, { prompt });
    if (!traceId && tracingOff) return { scenario, traceId: '', result, ok: true };
    if (!traceId) throw new Error('the result has no trace id');
    const verdict = await wait(endpoints.traces, traceId, scenario.edges, {
      timeoutMs: VERDICT_TIMEOUT_MS,
      signal,
      relatedTraceIds,
    });
    return { scenario, traceId, relatedTraceIds, result, verdict, ok: verdict.ok };
  } catch (error) {
    signal.throwIfAborted();
    const verdict = judge({ traceId: '', spans: [] }, scenario.edges);
    const message = error instanceof Error ? error.message : String(error);
    return { scenario, traceId: '', result: {}, verdict, error: message, ok: false };
  }
}

/** Whether all scenarios have results and the store has no span of any: as behind a tail sampler before it decides. */
export const isUndecided = (outcomes: readonly FiredScenario[]): boolean =>
  outcomes.length > 0 &&
  outcomes.every(({ traceId, verdict }) => traceId !== '' && verdict?.trace.spans.length === 0);

/** Waits for the trace of a fired scenario once more. Traces that it links to may be dropped by the tail sampler. */
export async function judgeAgain(
  outcome: FiredScenario,
  endpoints: Endpoints,
  wait: typeof waitForTrace,
  signal: AbortSignal,
): Promise<FiredScenario> {
  const { scenario, traceId, relatedTraceIds = [] } = outcome;
  const options = { timeoutMs: DECISION_TIMEOUT_MS, signal, relatedTraceIds, mayBeAbsent: true };
  const verdict = await wait(endpoints.traces, traceId, scenario.edges, options);
  return { ...outcome, verdict, ok: verdict.ok };
}
