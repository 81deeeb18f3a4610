// Preload (`node --import @trace-mesh/tracing/register`): starts the SDK before any library that it patches is loaded.
// The order matters. SDK and instrumentations are loaded as CommonJS *before* the ESM hooks are registered; the reverse order
// creates every HTTP client span twice and triples the start-up time (see decisions/001-loading-the-sdk.md).
import { getBooleanFromEnv } from '@opentelemetry/core';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { meshPropagator } from './context/propagator.ts';
import { samplerFromEnv } from './sampling/sampler.ts';
import { ChannelContextManager } from './sdk/context-manager.ts';
import { conventionsProcessor } from './sdk/conventions.ts';
import { refuseIneffective, spanLimits } from './sdk/environment.ts';
import { exportingProcessors } from './sdk/exporter.ts';
import { instrumentations } from './sdk/instrumentations.ts';
import { setTelemetryShutdown } from './sdk/lifecycle.ts';
import { metricViews } from './sdk/metric-views.ts';
import { exportAtExit } from './sdk/process-end.ts';
import { prometheusReader } from './sdk/prometheus.ts';
import { startSdk } from './sdk/start.ts';

// Defaults, which the environment may override. Only traces are pushed; Prometheus fetches metrics from the health port.
process.env.OTEL_METRICS_EXPORTER ||= 'prometheus';
process.env.OTEL_LOGS_EXPORTER ||= 'none';

if (!getBooleanFromEnv('OTEL_SDK_DISABLED')) {
  refuseIneffective(process.env);
  const metrics = prometheusReader(process.env.OTEL_METRICS_EXPORTER);
  const sampler = samplerFromEnv(process.env);
  let exporting: SpanProcessor[] = [];
  const patching = instrumentations();
  const shutdown = startSdk(process.env, {
    contextManager: new ChannelContextManager(),
    instrumentations: patching,
    textMapPropagator: meshPropagator(process.env.OTEL_PROPAGATORS || undefined),
    spanLimits: spanLimits(),
    spanProcessors: (meters) => {
      exporting = exportingProcessors(process.env, meters);
      return [conventionsProcessor(), ...exporting];
    },
    ...(sampler && { sampler }),
    ...(metrics && { metricReaders: [metrics] }),
    views: metricViews(),
  });
  setTelemetryShutdown(shutdown);
  exportAtExit(exporting);

  const { register } = await import('import-in-the-middle/register-hooks.mjs');
  const http = patching.some(({ instrumentationName }) =>
    instrumentationName.endsWith('/instrumentation-http'),
  );
  register({
    include: [
      'express',
      '@grpc/grpc-js',
      'pg',
      'pg-pool',
      'ioredis',
      ...(http ? ['http', 'https', 'node:http', 'node:https'] : []),
    ],
  });
}
