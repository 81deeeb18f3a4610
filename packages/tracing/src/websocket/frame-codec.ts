// Messages as MCPW frames. The payload is JSON; the trace block holds the context in the envelope's form, so a peer reads one
// shape in both formats. A table maps a message's name to a frame type and a method.
import type { Carrier } from '../context/carrier.ts';
import { parsedOrUndefined } from '../json.ts';
import type { Codec } from './codec.ts';
import { fromTraceContext, TraceContext, toTraceContext } from './envelope.ts';
import { decodeFrame, encodeFrame, FrameError, type FrameType } from './frame.ts';
import { COMPRESS_FROM_BYTES, compress, decompress } from './frame-payload.ts';

/** The subprotocol of the binary frame. */
export const BINARY_PROTOCOL = 'mesh.v1.mcpw';

/** The frame type and method of each message name. */
export type FrameNames = Record<string, { type: FrameType; method: number }>;

/**
 * A codec for the messages that `names` lists; each pair of type and method stands for one name. Payloads of `compressFrom`
 * bytes or more are compressed. Reading and writing throw a `FrameError`.
 */
export function frameCodec(names: FrameNames, compressFrom = COMPRESS_FROM_BYTES): Codec {
  const key = (type: FrameType, method: number) => `${type}/${method}`;
  const nameOf = new Map(Object.entries(names).map(([name, to]) => [key(to.type, to.method), name]));
  // Sequence 0 is not used: in a response it means that the frame answers no request.
  let last = 0n;
  return {
    transport: 'websocket-binary',
    protocol: BINARY_PROTOCOL,
    encode({ type: name, data, sequence }, carrier) {
      const to = Object.hasOwn(names, name) ? names[name] : undefined;
      if (!to) throw new FrameError('unknown_method', `no frame type for the message ${name}`);
      last += 1n;
      const plain = data === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(data));
      const compressed = plain.length >= compressFrom;
      const trace = traceBlock(carrier);
      return encodeFrame({
        ...to,
        sequence: sequence ?? last,
        compressed,
        batch: false,
        ...(trace && { trace }),
        payload: compressed ? compress(plain) : plain,
      });
    },
    decode(bytes) {
      const frame = decodeFrame(bytes);
      const { type, method, sequence, compressed, batch, trace } = frame;
      const name = nameOf.get(key(type, method));
      // The messages of a batch would share one trace block.
      if (!name || batch)
        throw new FrameError('unknown_method', 'this type and method are not served here', sequence);
      const payload = compressed ? decompress(frame.payload, sequence) : frame.payload;
      return { type: name, data: readJson(payload, sequence), sequence, carrier: readTraceBlock(trace) };
    },
  };
}

/** A context as a trace block; undefined without one. */
function traceBlock(carrier: Carrier): Buffer | undefined {
  const context = toTraceContext(carrier);
  return context && Buffer.from(JSON.stringify(context));
}

/** An unreadable block leaves the message without a parent. */
function readTraceBlock(block: Buffer | undefined): Carrier {
  if (!block) return {};
  return fromTraceContext(TraceContext.safeParse(parsedOrUndefined(block.toString())).data);
}

function readJson(payload: Buffer, sequence: bigint): unknown {
  if (payload.length === 0) return undefined;
  const data = parsedOrUndefined(payload.toString());
  if (data === undefined) throw new FrameError('bad_payload', 'the payload is not valid JSON', sequence);
  return data;
}
