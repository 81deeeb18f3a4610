// The duration metrics of HTTP: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
import { type Attributes, type Histogram, metrics } from '@opentelemetry/api';

const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** As many attribute sets as the SDK keeps of one metric. */
const MAX_SETS = 2000;

type Value = string | number | undefined;

/** Records a duration that began at `since` (`performance.now()`), with the values of the metric's attributes in their order. */
export type RecordDuration = (since: number, values: readonly Value[]) => void;

/**
 * A histogram of durations in seconds. Its attribute sets are made once for all requests alike. It is created with the first
 * duration: an instrument created before the SDK starts never reports.
 */
export function durations(
  name: string,
  description: string,
  attributeNames: readonly string[],
): RecordDuration {
  let histogram: Histogram | undefined;
  const sets = new Map<string, Attributes>();
  return (since, values) => {
    histogram ??= metrics.getMeter('@trace-mesh/tracing').createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
    const key = values.join('\n');
    let attributes = sets.get(key);
    if (!attributes) {
      const pairs = attributeNames.map((attribute, i) => [attribute, values[i]] as const);
      attributes = Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
      if (sets.size < MAX_SETS) sets.set(key, attributes);
    }
    histogram.record((performance.now() - since) / 1000, attributes);
  };
}
