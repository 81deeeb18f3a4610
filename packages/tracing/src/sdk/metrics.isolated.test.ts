import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metrics } from '@opentelemetry/api';
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tracePool } from '../postgres/pool.ts';
import { getMetricsListener } from './lifecycle.ts';
import { metricViews } from './metric-views.ts';
import { countDecision, countModelCost, METRIC_MODEL_COST, METRIC_SAMPLING_DECISIONS } from './metrics.ts';
import { prometheusReader } from './prometheus.ts';

const reader = prometheusReader('prometheus');
const provider = new MeterProvider({ readers: reader ? [reader] : [], views: metricViews() });
beforeAll(() => void metrics.setGlobalMeterProvider(provider));
afterAll(async () => {
  await provider.shutdown();
  metrics.disable();
});

async function collect(): Promise<Map<string, MetricData['dataPoints']>> {
  const all = (await reader?.collect())?.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  return new Map(all.map((metric) => [metric.descriptor.name, metric.dataPoints]));
}

describe('counters', () => {
  it('count decisions by rule and cost by model', async () => {
    countDecision('wish', true);
    countDecision('wish', true);
    countDecision('health', false);
    countModelCost('some-model', 12);
    countModelCost('some-model', 30);
    const collected = await collect();
    expect(collected.get(METRIC_SAMPLING_DECISIONS)).toMatchObject([
      { attributes: { rule: 'wish', sampled: true }, value: 2 },
      { attributes: { rule: 'health', sampled: false }, value: 1 },
    ]);
    expect(collected.get(METRIC_MODEL_COST)).toMatchObject([
      { attributes: { 'gen_ai.request.model': 'some-model' }, value: 42 },
    ]);
  });
});

describe('a pool', () => {
  it('is reported as it stands, under a name without its password, until it is disposed', async () => {
    const pool = { totalCount: 3, idleCount: 1, waitingCount: 4, options: { max: 10 } } as Pool;
    const name = { 'db.client.connection.pool.name': 'db:5432/mesh' };
    const observed = tracePool(pool, 'db:5432/mesh');
    const collected = await collect();
    expect(collected.get('db.client.connection.count')).toMatchObject([
      { attributes: { ...name, 'db.client.connection.state': 'idle' }, value: 1 },
      { attributes: { ...name, 'db.client.connection.state': 'used' }, value: 2 },
    ]);
    expect(collected.get('db.client.connection.pending_requests')).toMatchObject([
      { attributes: name, value: 4 },
    ]);
    expect(collected.get('db.client.connection.max')).toMatchObject([{ attributes: name, value: 10 }]);
    observed[Symbol.dispose]();
    Object.assign(pool, { waitingCount: 5 });
    // The reader keeps the last value; the pool is not read any more.
    expect((await collect()).get('db.client.connection.pending_requests')).toMatchObject([{ value: 4 }]);
  });
});

describe('the metrics listener', () => {
  it('answers in the Prometheus text format', async () => {
    const server = createServer(getMetricsListener()).listen(0, '127.0.0.1');
    await using _ = { [Symbol.asyncDispose]: async () => void server.close() };
    await once(server, 'listening');
    countDecision('ratio', true);
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get('content-type')).toMatch('text/plain');
    expect(await response.text()).toMatch(
      /^mesh_sampling_decisions_total\{rule="ratio",sampled="true"\} 1$/m,
    );
  });

  it.each(['otlp', 'none', 'prometheus,otlp', undefined])(
    'is left to the SDK with OTEL_METRICS_EXPORTER=%s',
    (value) => {
      expect(prometheusReader(value)).toBeUndefined();
    },
  );
});
