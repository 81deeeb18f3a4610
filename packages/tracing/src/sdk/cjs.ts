// Loads the SDK as CommonJS, as its instrumentations do: an ES module import would load a second copy of it. Only `sdk-trace` is
// imported, since a span of its CommonJS build costs 1 µs more. See decisions/001-loading-the-sdk.md and 038.
import { createRequire } from 'node:module';

interface SdkModules {
  api: typeof import('@opentelemetry/api');
  'auto-instrumentations-node': typeof import('@opentelemetry/auto-instrumentations-node');
  'exporter-prometheus': typeof import('@opentelemetry/exporter-prometheus');
  'exporter-trace-otlp-grpc': typeof import('@opentelemetry/exporter-trace-otlp-grpc');
  'exporter-trace-otlp-http': typeof import('@opentelemetry/exporter-trace-otlp-http');
  'exporter-trace-otlp-proto': typeof import('@opentelemetry/exporter-trace-otlp-proto');
  instrumentation: typeof import('@opentelemetry/instrumentation');
  'instrumentation-aws-sdk': typeof import('@opentelemetry/instrumentation-aws-sdk');
  'instrumentation-express': typeof import('@opentelemetry/instrumentation-express');
  'instrumentation-grpc': typeof import('@opentelemetry/instrumentation-grpc');
  'instrumentation-http': typeof import('@opentelemetry/instrumentation-http');
  'instrumentation-ioredis': typeof import('@opentelemetry/instrumentation-ioredis');
  'instrumentation-pg': typeof import('@opentelemetry/instrumentation-pg');
  'instrumentation-undici': typeof import('@opentelemetry/instrumentation-undici');
  'propagator-aws-xray': typeof import('@opentelemetry/propagator-aws-xray');
  'propagator-b3': typeof import('@opentelemetry/propagator-b3');
  'propagator-jaeger': typeof import('@opentelemetry/propagator-jaeger');
  'sdk-metrics': typeof import('@opentelemetry/sdk-metrics');
  'sdk-node': typeof import('@opentelemetry/sdk-node');
}

const require = createRequire(import.meta.url);

/** The package `@opentelemetry/<name>`. */
export const loadSdk = <Name extends keyof SdkModules>(name: Name): SdkModules[Name] =>
  require(`@opentelemetry/${name}`);
