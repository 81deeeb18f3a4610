// The one place that knows whether an SDK runs in this process: `register` announces it, `lifecycle` flushes it last, and
// `health` serves its metrics.
import type { RequestListener } from 'node:http';

type Shutdown = () => Promise<void>;

let shutdown: Shutdown = async () => {};

/** Announces the running SDK. Called once, by `register`. */
export function setTelemetryShutdown(fn: Shutdown): void {
  shutdown = fn;
}

/** Exports every ended span and stops the SDK; resolves at once where tracing is off. Call it last of all. */
export async function shutdownTelemetry(): Promise<void> {
  await shutdown();
}

let metricsListener: RequestListener | undefined;

/** Announces what answers `GET /metrics`. Called once, by `register`. */
export function setMetricsListener(listener: RequestListener): void {
  metricsListener = listener;
}

/** Answers in Prometheus' text format; undefined where tracing is off or metrics go elsewhere. */
export function getMetricsListener(): RequestListener | undefined {
  return metricsListener;
}
