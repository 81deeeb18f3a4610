// What Prometheus reads of our histograms is what it would read of the SDK's.
import { type Attributes, metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { type DurationInit, durations } from './durations.ts';
import { isCollected } from './histograms.ts';
import { prometheusReader } from './prometheus.ts';
import { MAX_SETS, type Value } from './series.ts';

const init = (name: string): DurationInit => ({
  name,
  description: 'How long it took.',
  attributes: ['method', 'status', 'error.type'],
  boundaries: [0.005, 0.01, 0.5],
});

interface Measured {
  ms: number;
  values: Value[];
}

/** On a bound, below it, above the last, of no time; with a value that Prometheus escapes. */
const MEASURED: Measured[] = [
  { ms: 5, values: ['GET', 200, undefined] },
  { ms: 4.9, values: ['GET', 200, undefined] },
  { ms: 20_000, values: ['GET', 500, '500'] },
  { ms: 0, values: ['POST', undefined, 'a "quoted" \\ name\n'] },
  { ms: 7, values: ['GET', 200, undefined] },
];

afterEach(() => void vi.restoreAllMocks());
afterAll(() => metrics.disable());

function measure(name: string, measured: Measured[]): void {
  const record = durations(init(name));
  for (const { ms, values } of measured) {
    vi.spyOn(performance, 'now').mockReturnValue(ms);
    record(0, values);
  }
  vi.restoreAllMocks();
}

const linesOf = async (reader: Pick<MetricReader, 'collect'> | undefined, name: string) => {
  const { resourceMetrics } = (await reader?.collect()) ?? expect.fail('no reader');
  const text = new PrometheusSerializer('', false, undefined, true, true).serialize(resourceMetrics);
  return text.split('\n').filter((line) => line.includes(name));
};

/** The lines of the SDK's own histogram. */
function linesOfSdk(name: string, measured: Measured[]): Promise<string[]> {
  const { attributes: names, description, boundaries = [] } = init(name);
  const reader = new PrometheusExporter({ preventServerStart: true });
  const advice = { explicitBucketBoundaries: boundaries };
  const provider = new MeterProvider({ readers: [reader] });
  const histogram = provider.getMeter('sdk').createHistogram(name, { description, unit: 's', advice });
  for (const { ms, values } of measured) {
    const pairs = names.map((attribute, at) => [attribute, values[at]]);
    const attributes: Attributes = Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
    histogram.record(ms / 1_000, attributes);
  }
  return linesOf(reader, name.replace('.', '_'));
}

it('without Prometheus the SDK records the durations', async () => {
  expect(isCollected()).toBe(false);
  const reader = new PrometheusExporter({ preventServerStart: true });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  measure('sdk.duration', MEASURED);
  metrics.disable();
  expect(await linesOf(reader, 'sdk_duration')).toEqual(await linesOfSdk('sdk.duration', MEASURED));
});

it('Prometheus reads the same text as of a histogram of the SDK', async () => {
  const reader = prometheusReader('prometheus');
  new MeterProvider({ readers: reader ? [reader] : [] });
  measure('own.duration', MEASURED);
  const lines = await linesOf(reader, 'own_duration');
  expect(lines).toContain('own_duration_bucket{method="GET",status="200",le="0.005"} 2');
  expect(lines).toEqual(await linesOfSdk('own.duration', MEASURED));

  const many = Array.from({ length: MAX_SETS + 5 }, (_, at) => ({
    ms: 1,
    values: [`M${at}`, at, undefined],
  }));
  measure('many.duration', many);
  const limited = await linesOf(reader, 'many_duration');
  expect(limited).toContain('many_duration_count{otel_metric_overflow="true"} 6');
  expect(limited).toEqual(await linesOfSdk('many.duration', many));

  // A second caller of the same histogram, as `fetch` and `node:http` are.
  measure('own.duration', [{ ms: 1, values: ['PUT', 204, undefined] }]);
  const both = await linesOf(reader, 'own_duration');
  expect(both.filter((line) => line.startsWith('# TYPE'))).toHaveLength(1);
  expect(both).toContain('own_duration_count{method="PUT",status="204"} 1');
});
