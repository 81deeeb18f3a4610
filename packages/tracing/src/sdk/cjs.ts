// Loads the SDK as CommonJS, as its instrumentations do: an ES module import would load a second copy of it. See
// decisions/001-loading-the-sdk.md.
import { createRequire } from 'node:module';

interface SdkModules {
  'auto-instrumentations-node': typeof import('@opentelemetry/auto-instrumentations-node');
  'exporter-prometheus': typeof import('@opentelemetry/exporter-prometheus');
  'exporter-trace-otlp-grpc': typeof import('@opentelemetry/exporter-trace-otlp-grpc');
  'exporter-trace-otlp-http': typeof import('@opentelemetry/exporter-trace-otlp-http');
  'exporter-trace-otlp-proto': typeof import('@opentelemetry/exporter-trace-otlp-proto');
  'sdk-metrics': typeof import('@opentelemetry/sdk-metrics');
  'sdk-node': typeof import('@opentelemetry/sdk-node');
  'sdk-trace': typeof import('@opentelemetry/sdk-trace');
}

const require = createRequire(import.meta.url);

/** The package `@opentelemetry/<name>`. */
export const loadSdk = <Name extends keyof SdkModules>(name: Name): SdkModules[Name] =>
  require(`@opentelemetry/${name}`);
