// Metrics in the format OpenMetrics, with the trace of a measurement in each bucket.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics, TraceFlags, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { durations } from './durations.ts';
import { getMetricsListener } from './lifecycle.ts';
import { countDecision } from './metrics.ts';
import { OPEN_METRICS_TYPE } from './open-metrics.ts';
import { prometheusReader } from './prometheus.ts';

const reader = prometheusReader('prometheus');
const provider = new MeterProvider({ readers: reader ? [reader] : [] });
const server = createServer((request, response) => getMetricsListener()?.(request, response));
beforeAll(async () => {
  metrics.setGlobalMeterProvider(provider);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  server.close();
  await provider.shutdown();
  metrics.disable();
  vi.restoreAllMocks();
});

/** As Prometheus sends it. */
const ACCEPT = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1';

async function scrape(accept: string) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const response = await fetch(url, { headers: { accept } });
  return { type: response.headers.get('content-type'), lines: (await response.text()).split('\n') };
}

const record = durations({
  name: 'test.duration',
  description: 'How long it took.',
  attributes: ['path'],
  boundaries: [0.5, 2],
});
const spanOf = (letter: string, traceFlags = TraceFlags.SAMPLED) =>
  trace.wrapSpanContext({ traceId: letter.repeat(32), spanId: letter.repeat(16), traceFlags });

/** Records `seconds`, measured at `time` (ms since 1970). */
function measure(seconds: number, time: number, span?: ReturnType<typeof spanOf>): void {
  vi.spyOn(performance, 'now').mockReturnValueOnce(seconds * 1_000);
  vi.spyOn(Date, 'now').mockReturnValueOnce(time);
  record(0, ['/a'], span);
  vi.restoreAllMocks();
}

it('each bucket has the newest sampled span as its exemplar, and an unsampled one leaves it as it is', async () => {
  measure(0.25, 1_000, spanOf('a'));
  measure(0.25, 2_500, spanOf('b'));
  measure(0.25, 3_000, spanOf('c', TraceFlags.NONE));
  measure(0.25, 4_000);
  measure(1, 5_000);
  measure(3, 6_000, spanOf('d'));
  const exemplar = (letter: string) => `# {trace_id="${letter.repeat(32)}",span_id="${letter.repeat(16)}"}`;
  const { type, lines } = await scrape(ACCEPT);
  expect(type).toBe(OPEN_METRICS_TYPE);
  expect(lines.filter((line) => line.includes('test_duration'))).toEqual([
    '# HELP test_duration How long it took.',
    '# TYPE test_duration histogram',
    'test_duration_count{path="/a"} 6',
    'test_duration_sum{path="/a"} 5',
    `test_duration_bucket{path="/a",le="0.5"} 4 ${exemplar('b')} 0.25 2.5`,
    'test_duration_bucket{path="/a",le="2.0"} 5',
    `test_duration_bucket{path="/a",le="+Inf"} 6 ${exemplar('d')} 3 6`,
  ]);
});

it('the family of a counter has no suffix in OpenMetrics, no unit is named, and the text has an end', async () => {
  countDecision('wish', true);
  const { lines } = await scrape(ACCEPT);
  expect(lines).toContain('# TYPE mesh_sampling_decisions counter');
  expect(lines).toContain('mesh_sampling_decisions_total{rule="wish",sampled="true"} 1');
  expect(lines.filter((line) => line === '' || line.startsWith('# UNIT'))).toEqual(['']);
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
});

it('a scraper that does not accept OpenMetrics gets the format of Prometheus, without exemplars', async () => {
  const { type, lines } = await scrape('text/plain;version=0.0.4');
  expect(type).toMatch('text/plain');
  expect(lines).toContain('# TYPE mesh_sampling_decisions_total counter');
  expect(lines.join('\n')).not.toMatch('trace_id');
});
