// gRPC as HTTP/2 sees it: any path, any metadata, any bytes for a message.
import { connect, constants } from 'node:http2';
import { inject } from 'vitest';
import type { Answer } from './input.ts';

/** How long the ledger may take over one call, in ms. */
const DEADLINE_MS = 10_000;

export interface GrpcAnswer extends Answer {
  /** HTTP's; 0 where the stream ended without an answer. */
  http: number;
  /** gRPC's, as the trailers or, without a body, the headers name it; undefined where the stream was reset. */
  code: number | undefined;
  /** HTTP/2's error code, 0 for none. */
  reset: number;
}

/** Opens one stream on a connection of its own, sends `bytes` as its body, and reads to its end. */
export async function callGrpc(
  path: string,
  headers: Record<string, string | string[]>,
  bytes: Buffer,
): Promise<GrpcAnswer> {
  const session = connect(`http://${inject('endpoints')['cost-ledger']}`);
  session.on('error', () => undefined); // the stream says what happened
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  let said: Record<string, unknown> = {};
  const collect = (more: object) => {
    said = { ...said, ...more };
  };
  stream.on('response', collect).on('trailers', collect);
  stream.on('error', () => undefined); // its code is part of the answer
  stream.resume().end(bytes);
  const tooLong = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), DEADLINE_MS);
  await new Promise((resolve) => stream.once('close', resolve));
  clearTimeout(tooLong);
  session.destroy();
  const status = said['grpc-status'];
  return {
    http: Number(said[':status'] ?? 0),
    code: status === undefined ? undefined : Number(status),
    reset: stream.rstCode ?? constants.NGHTTP2_NO_ERROR,
    text: decodeURIComponent(String(said['grpc-message'] ?? '')) + detailsIn(said),
  };
}

/** A message with the five bytes that gRPC puts before it. */
export function framed(message: Buffer, { flag = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag, 0);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

/** The origin of an error lies in binary metadata: texts are readable in it as they are. */
function detailsIn(said: Record<string, unknown>): string {
  return Buffer.from(String(said['grpc-status-details-bin'] ?? ''), 'base64').toString('latin1');
}
