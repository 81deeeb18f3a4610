// Duration metrics of requests and queries, which every one of them has, sampled or not. The SDK sorts and serializes the attributes of
// each measurement; here a series is found by their values, and counted by itself where Prometheus reads it. decisions/048
import { type Histogram, type MetricOptions, metrics } from '@opentelemetry/api';
import { isCollected, Series, seriesOf } from './histograms.ts';

/** Of the HTTP metrics: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
const HTTP_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The SDK's limit of attribute sets of a metric; what exceeds it is counted in one set. */
export const MAX_SETS = 2000;
const OVERFLOW = { 'otel.metric.overflow': true };

export type Value = string | number | undefined;

/** A histogram in seconds. */
export interface DurationInit {
  name: string;
  description: string;
  /** The names of its attributes. */
  attributes: readonly string[];
  /** Upper bounds of its buckets; by default those of the HTTP metrics. */
  boundaries?: number[];
}

/** Records a duration that began at `since` (`performance.now()`), with the values of the metric's attributes in their order. */
export type RecordDuration = (since: number, values: readonly Value[]) => void;

/**
 * Returns the function that records. The histogram is created with the first duration: an instrument created before the SDK starts
 * never reports. `create` creates it where the SDK exports metrics.
 */
export function durations(init: DurationInit, create = createHistogram): RecordDuration {
  const { name, description, boundaries = HTTP_BOUNDARIES } = init;
  let record: ((seconds: number, series: Series) => void) | undefined;
  const make = (): typeof record => {
    if (isCollected()) return (seconds, series) => series.add(seconds);
    const histogram = create({ ...init, boundaries });
    return (seconds, { attributes }) => histogram.record(seconds, attributes);
  };
  const all = seriesOf({ name, description, boundaries });
  const find = finder(init.attributes, (attributes) => {
    const series = new Series(attributes, boundaries);
    all.push(series);
    return series;
  });
  return (since, values) => {
    record ??= make();
    record?.((performance.now() - since) / 1000, find(values));
  };
}

function createHistogram({ name, description, boundaries }: DurationInit): Histogram {
  const options: MetricOptions = { description, unit: 's' };
  if (boundaries) options.advice = { explicitBucketBoundaries: boundaries };
  return metrics.getMeter('@trace-mesh/tracing').createHistogram(name, options);
}

/** The series by the values of their attributes, one level of maps for each attribute. */
interface Level extends Map<Value, Level | Series> {}

function finder(
  names: readonly string[],
  make: (attributes: Series['attributes']) => Series,
): (values: readonly Value[]) => Series {
  const root: Level = new Map();
  let count = 0;
  let overflow: Series | undefined;

  function add(values: readonly Value[]): Series {
    if (count === MAX_SETS - 1) {
      overflow ??= make(OVERFLOW);
      return overflow;
    }
    count += 1;
    const pairs = names.map((name, at) => [name, values[at]] as const);
    const series = make(Object.fromEntries(pairs.filter(([, value]) => value !== undefined)));
    let level = root;
    for (const value of values.slice(0, -1)) {
      const next = (level.get(value) as Level | undefined) ?? new Map();
      level.set(value, next);
      level = next;
    }
    level.set(values.at(-1), series);
    return series;
  }

  return (values) => {
    let found: Level | Series | undefined = root;
    for (let at = 0; at < values.length && found; at += 1) found = (found as Level).get(values[at]);
    return (found as Series | undefined) ?? add(values);
  };
}
