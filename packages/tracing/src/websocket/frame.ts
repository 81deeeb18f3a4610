// The MCPW binary frame of the Developer Mesh protocol, with one extension: flag bit 5 marks a trace block between header and
// payload, whose length is in the header's `reserved`. Frames of peers without the extension are read, too.
//
//   0 magic u32 "MCPW" · 4 version u8 · 5 type u8 · 6 flags u16 · 8 sequence u64 · 16 method u16
//   18 reserved u16 (trace block's length) · 20 payload size u32 · [trace block] · payload          (big-endian)

/** The length of every frame's header. */
export const HEADER_BYTES = 24;
/** "MCPW" in ASCII: the first four bytes of a frame. */
export const MAGIC = 0x4d435057;
/** The protocol version that is read and written. */
export const VERSION = 1;
/** The largest payload of a frame, in bytes, as it is on the wire. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** The largest trace block, in bytes: `traceparent`, 512 of `tracestate`, 8192 of baggage and the MCP ids fit. */
export const MAX_TRACE_BLOCK_BYTES = 16 * 1024;
/** The largest frame as a whole, in bytes. */
export const MAX_FRAME_BYTES = HEADER_BYTES + MAX_TRACE_BLOCK_BYTES + MAX_PAYLOAD_BYTES;

/** By their number in the frame. */
export const FRAME_TYPES = [
  'request',
  'response',
  'notification',
  'error',
  'ping',
  'pong',
  'batch',
  'progress',
] as const;
export type FrameType = (typeof FRAME_TYPES)[number];

/** The bits of the header's `flags`. Encrypted frames are refused; bit 5 is our extension. */
export const FLAG_COMPRESSED = 1 << 0;
export const FLAG_ENCRYPTED = 1 << 1;
export const FLAG_BATCH = 1 << 2;
export const FLAG_TRACE = 1 << 5;
const KNOWN_FLAGS = FLAG_COMPRESSED | FLAG_ENCRYPTED | FLAG_BATCH | FLAG_TRACE;

/** The content of a frame, without magic, version and lengths. */
export interface Frame {
  type: FrameType;
  /** 1 initialize … 9 pong; 0 for none. Any u16: the application defines its methods. */
  method: number;
  /** Chosen by the sender; a response repeats its request's. */
  sequence: bigint;
  compressed: boolean;
  batch: boolean;
  /** The trace block, if the peer sent one. */
  trace?: Buffer;
  /** Compressed if `compressed` is set. */
  payload: Buffer;
}

export type FrameErrorCode =
  | 'truncated'
  | 'trailing_bytes'
  | 'bad_magic'
  | 'bad_version'
  | 'bad_type'
  | 'unknown_flags'
  | 'encrypted'
  | 'too_large'
  | 'bad_payload'
  | 'unknown_method';

/** The only error of reading and writing frames. `sequence` is the frame's, if its header could be read. */
export class FrameError extends Error {
  override name = 'FrameError';
  readonly code: FrameErrorCode;
  readonly sequence: bigint | undefined;
  constructor(code: FrameErrorCode, message: string, sequence?: bigint) {
    super(message);
    this.code = code;
    this.sequence = sequence;
  }
}

/** Writes one frame. Throws a `FrameError` (`too_large`) for a payload or a trace block beyond its limit. */
export function encodeFrame({ type, method, sequence, compressed, batch, trace, payload }: Frame): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new FrameError('too_large', 'the payload is too large');
  if (trace && trace.length > MAX_TRACE_BLOCK_BYTES) {
    throw new FrameError('too_large', 'the trace block is too large');
  }
  const flags =
    (compressed ? FLAG_COMPRESSED : 0) | (batch ? FLAG_BATCH : 0) | (trace?.length ? FLAG_TRACE : 0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt8(VERSION, 4);
  header.writeUInt8(FRAME_TYPES.indexOf(type), 5);
  header.writeUInt16BE(flags, 6);
  header.writeBigUInt64BE(BigInt.asUintN(64, sequence), 8);
  header.writeUInt16BE(method, 16);
  header.writeUInt16BE(trace?.length ?? 0, 18);
  header.writeUInt32BE(payload.length, 20);
  return Buffer.concat([header, trace ?? Buffer.alloc(0), payload]);
}

/** Reads exactly one frame. Throws only a `FrameError`, for any bytes. */
export function decodeFrame(bytes: Buffer): Frame {
  if (bytes.length < HEADER_BYTES) throw new FrameError('truncated', 'the frame ends within its header');
  if (bytes.readUInt32BE(0) !== MAGIC) throw new FrameError('bad_magic', 'this is not an MCPW frame');
  const sequence = bytes.readBigUInt64BE(8);
  const refuse = (code: FrameErrorCode, message: string) => new FrameError(code, message, sequence);

  if (bytes.readUInt8(4) !== VERSION) throw refuse('bad_version', `only version ${VERSION} is supported`);
  const type = FRAME_TYPES[bytes.readUInt8(5)];
  if (!type) throw refuse('bad_type', 'the frame type is unknown');
  const flags = bytes.readUInt16BE(6);
  if (flags & ~KNOWN_FLAGS) throw refuse('unknown_flags', 'the frame has unknown flags');
  if (flags & FLAG_ENCRYPTED) throw refuse('encrypted', 'encrypted frames are not supported');

  // Without the flag, `reserved` is padding of any value.
  const traceLength = flags & FLAG_TRACE ? bytes.readUInt16BE(18) : 0;
  const payloadLength = bytes.readUInt32BE(20);
  if (traceLength > MAX_TRACE_BLOCK_BYTES) throw refuse('too_large', 'the trace block is too large');
  if (payloadLength > MAX_PAYLOAD_BYTES) throw refuse('too_large', 'the payload is too large');
  const payloadAt = HEADER_BYTES + traceLength;
  const end = payloadAt + payloadLength;
  if (bytes.length < end) throw refuse('truncated', 'the frame is shorter than its header says');
  if (bytes.length > end) throw refuse('trailing_bytes', 'the frame is longer than its header says');

  return {
    type,
    method: bytes.readUInt16BE(16),
    sequence,
    compressed: Boolean(flags & FLAG_COMPRESSED),
    batch: Boolean(flags & FLAG_BATCH),
    ...(flags & FLAG_TRACE && { trace: bytes.subarray(HEADER_BYTES, payloadAt) }),
    payload: bytes.subarray(payloadAt, end),
  };
}
