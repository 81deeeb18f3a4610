// The spans of a process that ends without `shutdownTelemetry`: a script, `process.exit`, an error that is not caught.
import { diag, TraceFlags } from '@opentelemetry/api';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Sampled spans so far: those that have ended, and those of them that the exporter has tried to send. */
let ended = 0;
let exported = 0;

/** Counts the spans that end. */
export const countEnded = (): SpanProcessor => ({
  onStart() {},
  onEnd(span) {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED) ended += 1;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
});

/** Counts the spans that `exporter` has tried to send; its results are not changed. */
export function countExported(exporter: SpanExporter): SpanExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) =>
    send(spans, (result) => {
      exported += spans.length;
      done(result);
    });
  return exporter;
}

/**
 * Exports what has ended when Node has no work left, for at most `OTEL_EXPORTER_OTLP_TIMEOUT` (10 s by default). A process that ends by
 * `process.exit` or an error leaves no time to export: where that loses spans, one line on stderr says so.
 */
export function exportAtExit(processors: readonly SpanProcessor[]): void {
  let flushed = 0;
  process.on('beforeExit', () => {
    // Emitted again after each flush: only new spans are a reason for another one.
    if (exported === ended || flushed === ended) return;
    flushed = ended;
    Promise.all(processors.map((processor) => processor.forceFlush())).catch((error: unknown) =>
      diag.error('spans could not be exported at the end of the process', error),
    );
  });
  process.on('exit', () => {
    if (exported === ended) return;
    process.stderr.write(
      `${ended - exported} ended spans were not exported: the process ended before the next export. ` +
        'Call `await shutdownTelemetry()` of @trace-mesh/tracing/lifecycle before process.exit().\n',
    );
  });
}
