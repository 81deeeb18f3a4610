import { propagation, trace } from '@opentelemetry/api';

/** Records on the active span which keys the active baggage has, separated by commas, as `lesson.baggage`. */
export function recordBaggageKeys(): void {
  const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
  trace.getActiveSpan()?.setAttribute('lesson.baggage', entries.map(([key]) => key).join(','));
}
