// Gauges that are read from a dependency at each collection.
import {
  type Attributes,
  type BatchObservableResult,
  context,
  type MetricOptions,
  metrics,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/** How long a collection waits for the values, in ms; then it has none of these gauges. */
export const GAUGES_TIMEOUT_MS = 1_000;

/**
 * Reports the gauges of `options`, named by its keys, with the values that `read` resolves to, until disposed. `read` runs without
 * spans, and its signal aborts after `GAUGES_TIMEOUT_MS`. While it rejects, or takes longer, the gauges have no value.
 */
export function observeGauges<Name extends string>(
  options: Record<Name, MetricOptions>,
  attributes: Attributes,
  read: (signal: AbortSignal) => Promise<Partial<Record<Name, number>>>,
): Disposable {
  const meter = metrics.getMeter('@trace-mesh/tracing');
  const names = Object.keys(options) as Name[];
  const gauges = new Map(names.map((name) => [name, meter.createObservableGauge(name, options[name])]));

  async function observe(result: BatchObservableResult): Promise<void> {
    const signal = AbortSignal.timeout(GAUGES_TIMEOUT_MS);
    const overdue = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const reading = context.with(suppressTracing(ROOT_CONTEXT), read, undefined, signal);
    const values = await Promise.race([reading, overdue]);
    for (const [name, gauge] of gauges) {
      const value = values[name];
      if (value !== undefined) result.observe(gauge, value, attributes);
    }
  }

  const observed = [...gauges.values()];
  meter.addBatchObservableCallback(observe, observed);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, observed) };
}
