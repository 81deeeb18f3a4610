// Histograms that are not the SDK's. A reader of Prometheus collects them with the SDK's metrics.
import {
  type Attributes,
  type HrTime,
  INVALID_SPAN_CONTEXT as NO_SPAN,
  type Span,
  TraceFlags,
  ValueType,
} from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import type { HistogramMetricData, MetricProducer } from '@opentelemetry/sdk-metrics';
import { loadSdk } from './cjs.ts';

interface Descriptor {
  name: string;
  description: string;
  /** Upper bounds of the buckets, ascending; one more bucket has no bound. */
  boundaries: number[];
}

/** The newest sampled span of a bucket. The SDK for JavaScript has no exemplars. */
export interface Exemplar {
  traceId: string;
  spanId: string;
  /** In seconds. */
  value: number;
  /** When it was measured, in ms since 1970. */
  time: number;
}

/** What was measured with one set of attributes, since `startTime`. */
export class Series {
  readonly attributes: Attributes;
  readonly startTime: HrTime = hrTime();
  readonly #boundaries: readonly number[];
  readonly #counts: number[];
  /** By bucket. */
  readonly exemplars: (Exemplar | undefined)[] = [];
  #sum = 0;
  #count = 0;

  constructor(attributes: Attributes, boundaries: readonly number[]) {
    this.attributes = attributes;
    this.#boundaries = boundaries;
    this.#counts = Array.from({ length: boundaries.length + 1 }, () => 0);
  }

  /** Counts a value, in seconds, in the first bucket whose bound is not below it. `span` is where it was measured. */
  add(value: number, span?: Span): void {
    let at = 0;
    while (value > (this.#boundaries[at] ?? Infinity)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
    const { traceId, spanId, traceFlags } = span?.spanContext() ?? NO_SPAN;
    if (traceFlags & TraceFlags.SAMPLED) this.exemplars[at] = { traceId, spanId, value, time: Date.now() };
  }

  get value() {
    const buckets = { boundaries: [...this.#boundaries], counts: [...this.#counts] };
    return { buckets, sum: this.#sum, count: this.#count };
  }
}

const histograms = new Map<string, Descriptor & { series: Series[] }>();
let collected = false;

/** The series of the histogram, to which the caller adds; the same for every caller with this name. */
export function seriesOf(descriptor: Descriptor): Series[] {
  const { series } = histograms.get(descriptor.name) ?? { series: [] };
  histograms.set(descriptor.name, { ...descriptor, series });
  return series;
}

/** Whether `ownHistograms` was called; otherwise the SDK exports metrics, and has histograms of its own. */
export const isCollected = (): boolean => collected;

/** The producer for the reader of Prometheus. Its series are cumulative. */
export function ownHistograms(): MetricProducer {
  collected = true;
  const { AggregationTemporality, DataPointType } = loadSdk('sdk-metrics');
  return {
    async collect() {
      const endTime = hrTime();
      const all = [...histograms.values()].map(
        ({ name, description, series }): HistogramMetricData => ({
          descriptor: { name, description, unit: 's', valueType: ValueType.DOUBLE },
          aggregationTemporality: AggregationTemporality.CUMULATIVE,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: series
            .map(({ attributes, startTime, value, exemplars }) => ({
              ...{ attributes, startTime, endTime, value },
              exemplars: [...exemplars],
            }))
            .filter(({ value }) => value.count > 0),
        }),
      );
      const metrics = all.filter(({ dataPoints }) => dataPoints.length > 0);
      const scopeMetrics = metrics.length > 0 ? [{ scope: { name: '@trace-mesh/tracing' }, metrics }] : [];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}
