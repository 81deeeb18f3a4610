// The OpenMetrics text format, which has exemplars: https://prometheus.io/docs/specs/om/open_metrics_spec/. The exporter of
// OpenTelemetry writes Prometheus' own format, from which this differs in a few places.
import type { DataPoint, Histogram, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from './histograms.ts';

/** The content type of the format (OpenMetrics 1.0.0, "Protocol Negotiation"). */
export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** A data point of `ownHistograms`; those of the SDK have no exemplars. */
type Point = DataPoint<Histogram> & { exemplars?: (Exemplar | undefined)[] };

/** `text`, which the exporter wrote of `metrics`, in the format OpenMetrics and with the exemplars of the histograms. */
export function toOpenMetrics(text: string, metrics: ResourceMetrics): string {
  const exemplars = exemplarsByName(metrics);
  const lines = text.split('\n').filter((line) => line && !/^# (UNIT|no registered)/.test(line));
  const converted = lines.map((line) => {
    // The family of a counter is named without the suffix of its samples.
    if (line.startsWith('#'))
      return line.replace(/^(# \w+ \w+?)_total /, '$1 ').replace(/ untyped$/, ' unknown');
    const name = /^(\w+)_bucket\{/.exec(line)?.[1];
    const exemplar = name === undefined ? undefined : exemplars.get(name)?.next().value;
    return `${line.replace(/(le="\d+)("\} )/, '$1.0$2')}${exemplar ? textOf(exemplar) : ''}`;
  });
  return [...converted, '# EOF\n'].join('\n');
}

/** By the name of the histogram in the text: one for each line of its buckets, in their order. */
function exemplarsByName({ scopeMetrics }: ResourceMetrics) {
  const found = new Map<string, (Exemplar | undefined)[]>();
  for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
    const name = descriptor.name.replace(/[^a-z0-9_]/gi, '_');
    const ofBuckets = (dataPoints as Point[]).flatMap(({ value, exemplars }) =>
      Array.from(value?.buckets?.counts ?? [], (_, bucket) => exemplars?.[bucket]),
    );
    found.set(name, [...(found.get(name) ?? []), ...ofBuckets]);
  }
  return new Map(Array.from(found, ([name, exemplars]) => [name, exemplars.values()]));
}

const textOf = ({ traceId, spanId, value, time }: Exemplar): string =>
  ` # {trace_id="${traceId}",span_id="${spanId}"} ${value} ${time / 1_000}`;
