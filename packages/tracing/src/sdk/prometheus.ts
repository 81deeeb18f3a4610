// Metrics for Prometheus, by OpenTelemetry's exporter. Each service's health server serves them instead of a separate port.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { diag } from '@opentelemetry/api';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { loadSdk } from './cjs.ts';
import { ownHistograms } from './histograms.ts';
import { setMetricsListener } from './lifecycle.ts';
import { OPEN_METRICS_TYPE, toOpenMetrics } from './open-metrics.ts';

/**
 * The reader of `GET /metrics` if `OTEL_METRICS_EXPORTER` is `prometheus`, the default here. Undefined for any other value,
 * for which the SDK creates its own readers (`otlp`, `console`, `none`, or a list). A request that accepts OpenMetrics, as
 * Prometheus' own do, is answered in that format, with exemplars.
 */
export function prometheusReader(exporter: string | undefined): PrometheusExporter | undefined {
  if (exporter !== 'prometheus') return undefined;
  const { PrometheusExporter, PrometheusSerializer } = loadSdk('exporter-prometheus');
  const reader = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    metricProducers: [ownHistograms()],
  });
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.headers.accept?.includes('application/openmetrics-text'))
      return reader.getMetricsRequestHandler(request, response);
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) diag.error('metrics could not be collected', ...errors);
    response.setHeader('content-type', OPEN_METRICS_TYPE);
    response.end(toOpenMetrics(serializer.serialize(resourceMetrics), resourceMetrics));
  }

  setMetricsListener((request, response) => {
    answer(request, response).catch((error: unknown) => {
      diag.error('metrics could not be served', error);
      response.writeHead(500).end();
    });
  });
  return reader;
}
