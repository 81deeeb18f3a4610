import { metrics } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { GAUGES_TIMEOUT_MS } from '../gauges.ts';
import { listen } from '../listen.ts';
import { openSqs } from './client.ts';
import { METRIC_QUEUE_WAITING, observeQueue } from './metrics.ts';

class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

// The test waits for a limit of a second.
vi.setConfig({ testTimeout: 15_000 });
const LOCAL = { host: '127.0.0.1', port: 0 };
const reader = new OnDemandReader();
const provider = new MeterProvider({ readers: [reader] });
beforeAll(() => void metrics.setGlobalMeterProvider(provider));
afterAll(async () => {
  await provider.shutdown();
  metrics.disable();
  vi.unstubAllEnvs();
});

async function collectedNames(): Promise<string[]> {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.filter(({ dataPoints }) => dataPoints.length > 0).map(({ descriptor }) => descriptor.name),
  );
}

it('a queue that does not respond delays a collection no longer than GAUGES_TIMEOUT_MS', async () => {
  await using silent = await listen(() => {}, LOCAL);
  const { port, server } = silent;
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'test');
  using sqs = openSqs(`http://${LOCAL.host}:${port}`);
  using _observed = observeQueue(sqs, { name: 'tasks', url: `http://${LOCAL.host}:${port}/1/tasks` });
  const began = performance.now();
  expect(await collectedNames()).not.toContain(METRIC_QUEUE_WAITING);
  expect(performance.now() - began).toBeLessThan(GAUGES_TIMEOUT_MS + 4_000);
  server.closeAllConnections();
});
