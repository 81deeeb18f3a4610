// OTLP/protobuf: one message, several one after another (which protobuf reads as one), or each behind its length, as the
// collector's file exporter writes.
import protobuf from 'protobufjs';
import { decompress } from './decompress.ts';
import { InputError } from './input-error.ts';
import { addResourceSpans } from './otlp.ts';
import { ResourceSpansType } from './otlp-schema.ts';
import type { Reading } from './reading.ts';

/** The key of TracesData's only field: its number and its wire type. */
const RESOURCE_SPANS = (1 << 3) | 2;

/**
 * Adds the spans of TracesData or ExportTraceServiceRequest messages.
 * @throws InputError for any other bytes
 */
export function readOtlpProtobuf(bytes: Buffer, from: string, into: Reading): void {
  // 0 is no protobuf key but the first byte of the length of a message below 16 MiB.
  if (bytes[0] === 0) for (const { message, at } of split(bytes, from)) readMessage(message, at, into);
  else readMessage(bytes, from, into);
}

/** The messages behind their lengths, which are 32-bit and big-endian; each may be compressed. */
function* split(bytes: Buffer, from: string): Generator<{ message: Buffer; at: string }> {
  for (let n = 0, start = 0; start < bytes.length; n++) {
    const length = start + 4 <= bytes.length ? bytes.readUInt32BE(start) : Number.POSITIVE_INFINITY;
    const end = start + 4 + length;
    if (end > bytes.length)
      throw new InputError(`${from}: message ${n} at byte ${start} is cut off (copy the file again)`);
    const at = `${from}: message ${n}`;
    yield { message: decompress(bytes.subarray(start + 4, end), at), at };
    start = end;
  }
}

function readMessage(bytes: Buffer, from: string, into: Reading): void {
  const reader = protobuf.Reader.create(bytes);
  for (let n = 0; reader.pos < reader.len; n++) {
    const one = decodeNext(reader, from);
    addResourceSpans([one], 'OTLP/protobuf', `${from}: resourceSpans.${n}`, into);
  }
}

function decodeNext(reader: protobuf.Reader, from: string): unknown {
  const at = reader.pos;
  try {
    const key = reader.uint32();
    if (key !== RESOURCE_SPANS) throw new Error(`a trace has no field ${key >>> 3}`);
    return ResourceSpansType.decode(reader, reader.uint32());
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(
      `${from}: not OTLP/protobuf at byte ${at}: ${message} (give --format for another one)`,
      {
        cause: error,
      },
    );
  }
}
