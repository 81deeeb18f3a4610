// The SDK of this process, if one runs: `register` sets it, shutdown flushes it, the health server serves its metrics.
import type { RequestListener } from 'node:http';

type Shutdown = () => Promise<void>;

let shutdown: Shutdown = async () => {};

/** Sets the running SDK. Called once, by `register`. */
export function setTelemetryShutdown(fn: Shutdown): void {
  shutdown = fn;
}

/** Exports every ended span and stops the SDK; resolves immediately if tracing is off. Call it last. */
export async function shutdownTelemetry(): Promise<void> {
  await shutdown();
}

let metricsListener: RequestListener | undefined;

/** Sets the source of `GET /metrics`. Called once, by `register`. */
export function setMetricsListener(listener: RequestListener): void {
  metricsListener = listener;
}

/** The metrics in Prometheus' text format; undefined if tracing is off or metrics are exported elsewhere. */
export function getMetricsListener(): RequestListener | undefined {
  return metricsListener;
}
