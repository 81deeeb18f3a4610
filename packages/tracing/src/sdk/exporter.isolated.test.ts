// The SDK's metrics of its own queue and exporter.
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, expect, it, vi } from 'vitest';
import { exportingProcessors } from './exporter.ts';
import { prometheusReader } from './prometheus.ts';

const reader = prometheusReader('prometheus') ?? expect.fail('no reader');
const meters = new MeterProvider({ readers: [reader] });
afterAll(async () => {
  vi.unstubAllEnvs();
  await meters.shutdown();
});

/** Of each `error.type`, or of none, the value. */
async function countsOf(name: string) {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  const { dataPoints = [] } = all.find(({ descriptor }) => descriptor.name === name) ?? {};
  return Object.fromEntries(
    dataPoints.map(({ attributes, value }) => [String(attributes['error.type'] ?? ''), value]),
  );
}

it('spans that a full queue drops and that the exporter loses are counted, each with its reason', async () => {
  const env = {
    OTEL_BSP_MAX_QUEUE_SIZE: '5',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5',
    // Nothing listens there.
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '50',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const provider = new TracerProvider({ spanProcessors: exportingProcessors(process.env, meters) });
  const tracer = provider.getTracer('test');
  // Five are being exported, five wait, two are dropped.
  for (let n = 0; n < 12; n++) tracer.startSpan(`span ${n}`).end();
  expect(await countsOf('otel.sdk.processor.span.queue.size')).toEqual({ '': 5 });
  expect(await countsOf('otel.sdk.processor.span.queue.capacity')).toEqual({ '': 5 });
  await expect(provider.forceFlush()).rejects.toThrow();
  await vi.waitFor(async () => {
    const { '': exported = 0, ...failed } = await countsOf('otel.sdk.exporter.span.exported');
    expect(exported).toBe(0);
    expect(Object.values(failed).reduce((sum, value) => Number(sum) + Number(value), 0)).toBe(10);
  });
  expect(await countsOf('otel.sdk.processor.span.processed')).toMatchObject({ queue_full: 2 });
});
