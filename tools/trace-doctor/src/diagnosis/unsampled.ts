// Finds spans of a trace that its caller did not sample. A trace store has no flags, so the caller has to name the trace.
import { label } from '../selector.ts';
import type { Trace } from '../trace.ts';
import { type Diagnosis, diagnosis } from './types.ts';

/** One diagnosis for each service that recorded spans of a trace that its caller did not sample. */
export function recordedUnsampled(traces: readonly Trace[]): Diagnosis[] {
  const spans = traces.flatMap((trace) => trace.spans);
  return [...Map.groupBy(spans, ({ service }) => service).values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const text =
      `${first.service} recorded ${label(first)} of trace ${first.traceId}, which its caller did not sample: ` +
      'the decision was taken again, or the flag of the parent was not kept';
    return [diagnosis({ cause: 'unsampled-trace-recorded', text }, own)];
  });
}
