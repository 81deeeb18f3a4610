import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { needsNodeSdk } from './start.ts';

/** Prints the packages that the preload has loaded, and whether traces and metrics have started. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { metrics, trace } from '@opentelemetry/api';
  const packages = Object.keys(createRequire(import.meta.url).cache).map((file) => file.split('/node_modules/').at(-1));
  const recording = trace.getTracer('test').startSpan('test').isRecording();
  console.log(JSON.stringify({
    packages: [...new Set(packages.map((file) => file.split('/').slice(0, file[0] === '@' ? 2 : 1).join('/')))],
    recording,
    metrics: metrics.getMeterProvider().constructor.name,
  }));
  process.exit();
`;

async function loadedWith(env: Record<string, string>) {
  const args = ['--import', './src/register.ts', '--input-type=module', '--eval', PROGRAM];
  const cwd = new URL('../..', import.meta.url);
  const { stdout } = await execa('node', args, { cwd, env: { OTEL_EXPORTER_OTLP_ENDPOINT: '', ...env } });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as {
    packages: string[];
    recording: boolean;
    metrics: string;
  };
}

/** What `NodeSDK` and the bundle load although no service uses it. */
const UNUSED = [
  '@opentelemetry/sdk-node',
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/otlp-grpc-exporter-base',
  '@opentelemetry/sdk-logs',
  '@opentelemetry/propagator-b3',
  '@grpc/grpc-js',
  'yaml',
];

describe('the preload', { timeout: 30_000 }, () => {
  it('loads no exporter, propagator or instrumentation that is not used', async () => {
    const { packages, ...started } = await loadedWith({});
    expect(packages).toContain('@opentelemetry/sdk-metrics');
    expect(packages.filter((name) => UNUSED.includes(name))).toEqual([]);
    expect(started).toEqual({ recording: true, metrics: 'MeterProvider' });
  });

  it('loads NodeSDK, and starts the same, where a variable requests what only NodeSDK reads', async () => {
    const { packages, ...started } = await loadedWith({ OTEL_SPAN_EVENT_COUNT_LIMIT: '5' });
    expect(packages).toContain('@opentelemetry/sdk-node');
    expect(started).toEqual({ recording: true, metrics: 'MeterProvider' });
  });

  it('takes an instrumentation that has no place here from auto-instrumentations-node', async () => {
    const { packages } = await loadedWith({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg,mongodb' });
    expect(packages).toContain('@opentelemetry/instrumentation-mongodb');
  });
});

describe('NodeSDK', () => {
  it.each([
    ['OTEL_METRICS_EXPORTER', 'otlp'],
    ['OTEL_LOGS_EXPORTER', 'console'],
    ['OTEL_TRACES_SAMPLER', 'traceidratio'],
    ['OTEL_NODE_RESOURCE_DETECTORS', 'all'],
    ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '12'],
    ['OTEL_LOG_LEVEL', 'debug'],
  ])('reads %s=%s', (name, value) => {
    expect(needsNodeSdk({ [name]: value })).toBe(true);
    expect(needsNodeSdk({ [name]: '' })).toBe(false);
  });

  it.each([
    ['OTEL_METRICS_EXPORTER', 'none'],
    ['OTEL_TRACES_SAMPLER', 'mesh_edge'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '10'],
  ])('is not needed for %s=%s', (name, value) => {
    expect(needsNodeSdk({ [name]: value })).toBe(false);
  });
});
