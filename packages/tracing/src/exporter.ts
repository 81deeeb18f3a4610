// The OTLP exporter that `OTEL_EXPORTER_OTLP_PROTOCOL` asks for. Loaded as CommonJS: see register.ts.
import { createRequire } from 'node:module';
import { getNumberFromEnv } from '@opentelemetry/core';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

const require = createRequire(import.meta.url);

/** The default of `OTEL_BSP_SCHEDULE_DELAY` here, in ms; OpenTelemetry's own is 5 s, and people watch. */
const EXPORT_DELAY_MS = 500;

/** Batches spans for the OTLP exporter. All of `OTEL_BSP_*` and `OTEL_EXPORTER_OTLP_*` is obeyed. */
export function exportingProcessor(): SpanProcessor {
  const { BatchSpanProcessor } =
    require('@opentelemetry/sdk-trace') as typeof import('@opentelemetry/sdk-trace');
  return new BatchSpanProcessor({
    exporter: traceExporter(process.env.OTEL_EXPORTER_OTLP_PROTOCOL),
    // The SDK reads these only for a processor that it makes by itself.
    scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY') ?? EXPORT_DELAY_MS,
    ...defined({
      maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE'),
      maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
      exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT'),
    }),
  });
}

function defined(options: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Record<
    string,
    number
  >;
}

function traceExporter(protocol = 'http/protobuf'): SpanExporter {
  const { OTLPTraceExporter } = load(protocol);
  return new OTLPTraceExporter();
}

function load(protocol: string): { OTLPTraceExporter: new () => SpanExporter } {
  if (protocol === 'http/protobuf') return require('@opentelemetry/exporter-trace-otlp-proto');
  if (protocol === 'http/json') return require('@opentelemetry/exporter-trace-otlp-http');
  if (protocol === 'grpc') return require('@opentelemetry/exporter-trace-otlp-grpc');
  throw new Error(`OTEL_EXPORTER_OTLP_PROTOCOL: ${protocol} is none of http/protobuf, http/json, grpc`);
}
