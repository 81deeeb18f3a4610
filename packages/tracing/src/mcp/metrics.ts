// The metric of the MCP conventions: the duration of each request, measured by its receiver.
import { type Attributes, type Histogram, type MeterProvider, metrics } from '@opentelemetry/api';

/** In seconds; the convention's advice, since the SDK's default buckets are for milliseconds. */
export const DURATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

// By provider, because a preload or a test may set it after this module is loaded.
const histograms = new WeakMap<MeterProvider, Histogram>();

/** Records one operation of `seconds`; without a metrics SDK it does nothing. */
export function recordOperationDuration(seconds: number, attributes: Attributes): void {
  const provider = metrics.getMeterProvider();
  const histogram = histograms.get(provider) ?? createHistogram(provider);
  histograms.set(provider, histogram);
  histogram.record(seconds, attributes);
}

function createHistogram(provider: MeterProvider): Histogram {
  return provider.getMeter('@trace-mesh/tracing').createHistogram('mcp.server.operation.duration', {
    description: 'MCP request duration, from when it was received until the result was sent.',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
}
