// Metrics for Prometheus, by OpenTelemetry's exporter. Each service's health server serves them instead of a separate port.
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { loadSdk } from './cjs.ts';
import { ownHistograms } from './histograms.ts';
import { setMetricsListener } from './lifecycle.ts';

/**
 * The reader of `GET /metrics` if `OTEL_METRICS_EXPORTER` is `prometheus`, the default here. Undefined for any other value,
 * for which the SDK creates its own readers (`otlp`, `console`, `none`, or a list).
 */
export function prometheusReader(exporter: string | undefined): PrometheusExporter | undefined {
  if (exporter !== 'prometheus') return undefined;
  const { PrometheusExporter } = loadSdk('exporter-prometheus');
  const reader = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    metricProducers: [ownHistograms()],
  });
  setMetricsListener((request, response) => reader.getMetricsRequestHandler(request, response));
  return reader;
}
