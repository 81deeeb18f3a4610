// Encodes MCPW frames with any header and any payload.
import { inflateSync } from 'node:zlib';

const TYPES = ['request', 'response', 'notification', 'error', 'ping', 'pong', 'batch', 'progress'];
const COMPRESSED = 1;
const TRACE = 1 << 5;

export interface Header {
  magic?: number;
  version?: number;
  type?: number;
  flags?: number;
  method?: number;
  /** By default what follows. */
  size?: number;
  /** By default the length of `trace`. */
  reserved?: number;
  trace?: Buffer;
}

/** A frame; by default a ping (type 4, method 8). */
export function mcpw(payload: Buffer, header: Header = {}): Buffer {
  const { trace = Buffer.alloc(0), magic = 0x4d435057, version = 1, type = 4, method = 8 } = header;
  const { flags = trace.length > 0 ? TRACE : 0, size = payload.length, reserved = trace.length } = header;
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32BE(magic, 0);
  bytes.writeUInt8(version, 4);
  bytes.writeUInt8(type, 5);
  bytes.writeUInt16BE(flags, 6);
  bytes.writeBigUInt64BE(7n, 8);
  bytes.writeUInt16BE(method, 16);
  bytes.writeUInt16BE(reserved, 18);
  bytes.writeUInt32BE(size, 20);
  return Buffer.concat([bytes, trace, payload]);
}

export const mcpwPing = (data: unknown): Buffer => mcpw(Buffer.from(JSON.stringify(data)));

/** What the hub sent, in either form; for a frame its type's name, or `error` with what it says. */
export function messageIn(bytes: Buffer, isBinary: boolean): { type: string; data?: unknown } {
  if (!isBinary) return JSON.parse(bytes.toString());
  const flags = bytes.readUInt16BE(6);
  const packed = bytes.subarray(24 + (flags & TRACE ? bytes.readUInt16BE(18) : 0));
  const payload = flags & COMPRESSED ? inflateSync(packed) : packed;
  const data = payload.length > 0 ? JSON.parse(payload.toString()) : undefined;
  return { type: TYPES[bytes.readUInt8(5)] ?? '', data };
}
