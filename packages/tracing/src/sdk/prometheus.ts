// Metrics for Prometheus, by OpenTelemetry's own exporter. It would open a port of its own; here the health server, which
// every service has, serves what it writes.
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { loadSdk } from './cjs.ts';
import { setMetricsListener } from './lifecycle.ts';

/**
 * The reader behind `GET /metrics` where `OTEL_METRICS_EXPORTER` is `prometheus`, the default here. Undefined for any other
 * value: the SDK then makes what it asks for (`otlp`, `console`, `none`, or a list).
 */
export function prometheusReader(exporter: string | undefined): PrometheusExporter | undefined {
  if (exporter !== 'prometheus') return undefined;
  const { PrometheusExporter } = loadSdk('exporter-prometheus');
  const reader = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  setMetricsListener((request, response) => reader.getMetricsRequestHandler(request, response));
  return reader;
}
