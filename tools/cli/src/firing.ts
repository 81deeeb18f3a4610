// Fires one scenario and judges the trace that it left.
import type { Scenario as FullScenario } from '@trace-mesh/scenarios/catalog';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Agent } from '@trace-mesh/scenarios/fire';
import { judge, type Verdict, type waitForTrace } from '@trace-mesh/trace-doctor/wait';

/** The exporters' last batches of all services are in the store long before this. */
const VERDICT_TIMEOUT_MS = 15_000;

/** What the demo knows of a scenario; the agent alone can run one. */
export type Scenario = Pick<FullScenario, 'name' | 'title' | 'rows' | 'edges'>;

export interface Outcome {
  scenario: Scenario;
  /** Empty where tracing is off, or where the scenario failed. */
  traceId: string;
  result: Record<string, unknown>;
  /** Absent where tracing is off: there is nothing to judge. */
  verdict?: Verdict;
  /** Why there is no result or no verdict. */
  error?: string;
  ok: boolean;
}

/** The way to the mesh and to its traces; the tests put their own here. */
export interface Deps {
  fire: Agent['fire'];
  wait: typeof waitForTrace;
  /** OTEL_SDK_DISABLED=true: only then may a result come without a trace. */
  tracingOff: boolean;
}

/**
 * Fires the scenario and waits for its trace. A failure becomes an outcome that is not ok, with every hop broken, so
 * that the other scenarios are still fired.
 * @throws the signal's reason when aborted
 */
export async function fireAndJudge(
  scenario: Scenario,
  endpoints: Endpoints,
  options: { prompt?: string; signal: AbortSignal },
  { fire, wait, tracingOff }: Deps,
): Promise<Outcome> {
  const { signal, prompt } = options;
  try {
    const { traceId, relatedTraceIds, result } = await fire(scenario.name, { prompt });
    if (!traceId && tracingOff) return { scenario, traceId: '', result, ok: true };
    if (!traceId) throw new Error('the result came, but without a trace id');
    const verdict = await wait(endpoints.traces, traceId, scenario.edges, {
      timeoutMs: VERDICT_TIMEOUT_MS,
      signal,
      relatedTraceIds,
    });
    return { scenario, traceId, result, verdict, ok: verdict.ok };
  } catch (error) {
    signal.throwIfAborted();
    const verdict = judge({ traceId: '', spans: [] }, scenario.edges);
    const message = error instanceof Error ? error.message : String(error);
    return { scenario, traceId: '', result: {}, verdict, error: message, ok: false };
  }
}
