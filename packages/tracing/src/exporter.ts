// The OTLP exporter that `OTEL_EXPORTER_OTLP_PROTOCOL` asks for. Loaded as CommonJS: see register.ts.
import { createRequire } from 'node:module';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

const require = createRequire(import.meta.url);

/** Endpoint, headers and the rest come from `OTEL_EXPORTER_OTLP_*`, read by the exporter itself. */
export function traceExporter(protocol = 'http/protobuf'): SpanExporter {
  const { OTLPTraceExporter } = load(protocol);
  return new OTLPTraceExporter();
}

function load(protocol: string): { OTLPTraceExporter: new () => SpanExporter } {
  if (protocol === 'http/protobuf') return require('@opentelemetry/exporter-trace-otlp-proto');
  if (protocol === 'http/json') return require('@opentelemetry/exporter-trace-otlp-http');
  if (protocol === 'grpc') return require('@opentelemetry/exporter-trace-otlp-grpc');
  throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL: ${protocol} is none of http/protobuf, http/json, grpc`);
}
