// OTLP/JSON, and the envelopes in which trace stores answer it.
import { z } from 'zod';
import { check } from './input-error.ts';
import { addResourceSpans, List } from './otlp.ts';
import type { Reading } from './reading.ts';

/** `batches` is Tempo's name of `resourceSpans`. */
const Document = z.object({ resourceSpans: List, batches: List });
const Signals = z.object({ resourceLogs: List, resourceMetrics: List });

/**
 * Adds the spans of an ExportTraceServiceRequest or TracesData in JSON, of Tempo's answers and of Jaeger's `/api/v3`.
 * @throws InputError for any other document
 */
export function readOtlpJson(document: unknown, from: string, into: Reading): void {
  const request = unwrap(document);
  // A file of the collector's may hold all three signals.
  for (const [key, list] of Object.entries(check(Signals, request, 'OTLP/JSON', () => from)))
    if (list?.length) into.leaveOut(`entries of ${key}`, from, list.length);
  for (const [key, list] of Object.entries(check(Document, request, 'OTLP/JSON', () => from)))
    addResourceSpans(list ?? [], 'OTLP/JSON', `${from}: ${key}`, into);
}

/** The request in `{trace: …}` (Tempo's `/api/v2/traces`) or `{result: …}` (Jaeger's `/api/v3/traces`). */
function unwrap(document: unknown): unknown {
  const { trace, result } = Object(document);
  return trace ?? result ?? document;
}
