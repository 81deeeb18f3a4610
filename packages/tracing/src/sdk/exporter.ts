// The span exporters, by OpenTelemetry's variables.
import type { MeterProvider } from '@opentelemetry/api';
import { getNumberFromEnv } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { loadSdk } from './cjs.ts';
import { countEnded, countExported } from './process-end.ts';

/** The default of `OTEL_BSP_SCHEDULE_DELAY` here, in ms; OpenTelemetry's is 5 s, too slow for a person who waits for a trace. */
const EXPORT_DELAY_MS = 500;

/**
 * The exporters of `OTEL_TRACES_EXPORTER`: `otlp` (the default), `console`, both separated by a comma, or `none`. Obeys
 * `OTEL_BSP_*` and `OTEL_EXPORTER_OTLP_*`. Throws an Error that names the variable with an unknown value. Queue and exporter report
 * their metrics (`otel.sdk.*`) to `meters`.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
 */
export function exportingProcessors(env: NodeJS.ProcessEnv, meters?: MeterProvider): SpanProcessor[] {
  const names = (env.OTEL_TRACES_EXPORTER || 'otlp').split(',').map((name) => name.trim());
  return names.flatMap((name) => {
    if (name === 'otlp') return [batching(env, meters), countEnded()];
    if (name === 'console') return [printing()];
    if (name === 'none' && names.length === 1) return [];
    throw new Error(
      `OTEL_TRACES_EXPORTER: ${env.OTEL_TRACES_EXPORTER} is not supported: use otlp, console or none`,
    );
  });
}

function printing(): SpanProcessor {
  return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
}

function batching(env: NodeJS.ProcessEnv, meters: MeterProvider | undefined): SpanProcessor {
  return new BatchSpanProcessor({
    ...reportingTo(meters),
    exporter: countExported(otlp(env, meters)),
    // The SDK reads these only for a processor that it creates itself.
    scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY') ?? EXPORT_DELAY_MS,
    ...defined({
      maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE'),
      maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
      exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT'),
    }),
  });
}

const reportingTo = (meters: MeterProvider | undefined) => meters && { selfObsMeterProvider: meters };

function defined(options: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Record<
    string,
    number
  >;
}

/** The signal's own variable wins: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
const PROTOCOL_VARIABLES = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];

function otlp(env: NodeJS.ProcessEnv, meters: MeterProvider | undefined): SpanExporter {
  const variable = PROTOCOL_VARIABLES.find((name) => env[name]);
  const { OTLPTraceExporter } = variable ? load(env[variable] ?? '', variable) : load('http/protobuf');
  return new OTLPTraceExporter(reportingTo(meters));
}

/** The exporter of each protocol takes these options. */
interface Exporters {
  OTLPTraceExporter: new (options?: { selfObsMeterProvider: MeterProvider }) => SpanExporter;
}

function load(protocol: string, variable = ''): Exporters {
  if (protocol === 'http/protobuf') return loadSdk('exporter-trace-otlp-proto');
  if (protocol === 'http/json') return loadSdk('exporter-trace-otlp-http');
  if (protocol === 'grpc') return loadSdk('exporter-trace-otlp-grpc');
  throw new Error(`${variable}: ${protocol} is not supported: use http/protobuf, http/json or grpc`);
}
