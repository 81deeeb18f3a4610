// Duration metrics of requests and queries, which every one of them has, sampled or not. The SDK sorts and serializes the attributes of
// each measurement; here a series is found by their values, and counted by itself where Prometheus reads it. decisions/048
import {
  type Histogram,
  type MeterProvider,
  type MetricOptions,
  metrics,
  type Span,
} from '@opentelemetry/api';
import { isCollected, Series, seriesOf } from './histograms.ts';
import { finder, type Value } from './series.ts';

/** Of the HTTP metrics: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
const HTTP_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** A histogram in seconds. */
export interface DurationInit {
  name: string;
  description: string;
  /** The names of its attributes. */
  attributes: readonly string[];
  /** Upper bounds of its buckets; by default those of the HTTP metrics. */
  boundaries?: number[];
}

/**
 * Records a duration that began at `since` (`performance.now()`), with the values of the metric's attributes in their order. `span`,
 * if it is sampled, becomes the exemplar of its bucket.
 */
export type RecordDuration = (since: number, values: readonly Value[], span?: Span) => void;

/**
 * Returns the function that records. Where the SDK exports metrics, `create` creates the histogram with the first duration of each
 * provider: an instrument created before the SDK starts never reports.
 */
export function durations(init: DurationInit, create = createHistogram): RecordDuration {
  const { name, description, boundaries = HTTP_BOUNDARIES } = init;
  const histograms = new WeakMap<MeterProvider, Histogram>();
  const record = (seconds: number, { attributes }: Series) => {
    const provider = metrics.getMeterProvider();
    const histogram = histograms.get(provider) ?? create({ ...init, boundaries });
    histograms.set(provider, histogram);
    histogram.record(seconds, attributes);
  };
  const all = seriesOf({ name, description, boundaries });
  const find = finder(init.attributes, (attributes) => {
    const series = new Series(attributes, boundaries);
    all.push(series);
    return series;
  });
  return (since, values, span) => {
    const seconds = (performance.now() - since) / 1000;
    const series = find(values);
    if (isCollected()) series.add(seconds, span);
    else record(seconds, series);
  };
}

function createHistogram({ name, description, boundaries }: DurationInit): Histogram {
  const options: MetricOptions = { description, unit: 's' };
  if (boundaries) options.advice = { explicitBucketBoundaries: boundaries };
  return metrics.getMeter('@trace-mesh/tracing').createHistogram(name, options);
}
