// Counts the spans of an OTLP request without decoding them.
// https://protobuf.dev/programming-guides/encoding/ and opentelemetry/proto/trace/v1/trace.proto

/** Fields that contain spans: ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans. */
const PATH = [1, 2, 2];
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

/** How many spans an ExportTraceServiceRequest has. */
export function countSpans(body: Uint8Array, depth = 0): number {
  if (depth === PATH.length) return 1;
  let at = 0;
  let count = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = body[at++] ?? 0;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < body.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === WIRE.bytes) {
      const length = varint();
      if (key >> 3 === PATH[depth]) count += countSpans(body.subarray(at, at + length), depth + 1);
      at += length;
    } else if (wire === WIRE.varint) varint();
    else if (wire === WIRE.fixed64) at += 8;
    else if (wire === WIRE.fixed32) at += 4;
    else throw new Error(`OTLP request: wire type ${wire} is unknown`);
  }
  return count;
}
