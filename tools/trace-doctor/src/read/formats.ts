// The formats of files, and which one a file is.

import { decompress } from './decompress.ts';
import { InputError } from './input-error.ts';
import { readJaegerJson } from './jaeger-json.ts';
import { isUtf16, parseDocuments } from './json.ts';
import { readOtlpJson } from './otlp-json.ts';
import { readOtlpProtobuf } from './otlp-protobuf.ts';
import type { Reading } from './reading.ts';
import { readZipkin } from './zipkin.ts';

const JSON_FORMATS = {
  'jaeger-json': readJaegerJson,
  'otlp-json': readOtlpJson,
  zipkin: readZipkin,
};
type JsonFormat = keyof typeof JSON_FORMATS;
export type FileFormat = JsonFormat | 'otlp-protobuf';
/** What `--format` accepts for a file. */
export const FILE_FORMATS = [...Object.keys(JSON_FORMATS), 'otlp-protobuf'] as readonly FileFormat[];

/**
 * Adds the spans of a file, which may be compressed.
 * @param format detected by the content without one
 * @throws InputError naming the source, the position and the fix
 */
export function readBytes(given: Buffer, from: string, into: Reading, format?: FileFormat): void {
  const bytes = decompress(given, from);
  if (bytes.length === 0) throw new InputError(`${from}: empty (export at least one trace)`);
  if (format === 'otlp-protobuf' || (!format && !isText(bytes))) readOtlpProtobuf(bytes, from, into);
  else readDocuments(bytes, from, into, format);
}

function readDocuments(bytes: Buffer, from: string, into: Reading, format?: JsonFormat): void {
  for (const { value, from: where } of parseDocuments(bytes, from))
    JSON_FORMATS[format ?? formatOf(value, where)](value, where, into);
}

/** Text has no control characters; OTLP/protobuf has 0x12, the key of its scopes, among its first bytes. */
const isText = (bytes: Buffer) =>
  isUtf16(bytes) || bytes.subarray(0, 512).every((byte) => byte >= 0x20 || SPACE.includes(byte));
const SPACE = [...Buffer.from('\t\n\r')];

/** A member of each format that no other has. */
const MEMBERS: readonly [member: string, format: JsonFormat][] = [
  ['traceID', 'jaeger-json'],
  ['data', 'jaeger-json'],
  ['localEndpoint', 'zipkin'],
  ['traceId', 'zipkin'],
  ['resourceSpans', 'otlp-json'],
  ['batches', 'otlp-json'],
  ['trace', 'otlp-json'],
  ['result', 'otlp-json'],
  ['resourceLogs', 'otlp-json'],
  ['resourceMetrics', 'otlp-json'],
];

function formatOf(document: unknown, from: string): JsonFormat {
  // A list of spans, of traces, or of lists.
  const [first = {}] = Array.isArray(document) ? document.flat() : [document];
  const [, format] = MEMBERS.find(([member]) => member in Object(first)) ?? [];
  if (format) return format;
  // An empty list is Zipkin's answer without a trace.
  if (Array.isArray(document) && document.length === 0) return 'zipkin';
  throw new InputError(
    `${from}: unknown JSON format (known: ${FILE_FORMATS.join(', ')}; export the trace in one of them, or give --format)`,
  );
}
