// WebSocket itself (RFC 6455), below the messages: what breaks the protocol closes the connection with the code for it.
import { randomBytes } from 'node:crypto';
import { withHub } from '../hub-client.ts';
import type { Channel, HostileInput } from '../input.ts';

const [CONTINUATION, TEXT, CLOSE, PING] = [0, 1, 8, 9] as const;
const FIN = 0x80;
const PROTOCOL_ERROR = 1002;
const NOT_UTF8 = 1007;
const TOO_BIG = 1009;
/** What a client sees that was not told to go. */
const CUT_OFF = 1006;

interface Shape {
  isLast?: boolean;
  /** The reserved bits, as they stand in the first byte. */
  reserved?: number;
  isMasked?: boolean;
}

/** One frame as a client sends it, masked, however wrong it may be. */
function frame(
  opcode: number,
  payload: Buffer,
  { isLast = true, reserved = 0, isMasked = true }: Shape = {},
): Buffer {
  const first = (isLast ? FIN : 0) | reserved | opcode;
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  const length =
    payload.length < 126
      ? Buffer.from([payload.length])
      : Buffer.from([126, payload.length >> 8, payload.length & 0xff]);
  length[0] = (length[0] ?? 0) | (isMasked ? FIN : 0);
  const body = isMasked ? payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first]), length, mask, body]);
}

const ping = Buffer.from('{"type":"ping","data":1}');

const bytes = (name: string, sent: Buffer, answer: Record<string, unknown>, answers = 1): HostileInput => ({
  name,
  send: () => withHub((_socket, wire) => wire.write(sent), { answers }),
  answer,
});
const closed = (code: number) => ({ said: [], isServed: false, closed: code });
const served = (...said: string[]) => ({ said, isServed: true, closed: undefined });

const inPieces = (pieces: number) =>
  Buffer.concat([
    frame(TEXT, ping, { isLast: false }),
    ...Array.from({ length: pieces }, () => frame(CONTINUATION, Buffer.from(' '), { isLast: false })),
    frame(CONTINUATION, Buffer.alloc(0)),
  ]);

export const wsProtocol: Channel = {
  name: 'the WebSocket protocol',
  inputs: [
    bytes('a frame that is not masked', frame(TEXT, ping, { isMasked: false }), closed(PROTOCOL_ERROR)),
    bytes('a frame with a reserved bit', frame(TEXT, ping, { reserved: 0x20 }), closed(PROTOCOL_ERROR)),
    bytes(
      'a compressed frame without negotiated compression',
      frame(TEXT, ping, { reserved: 0x40 }),
      closed(PROTOCOL_ERROR),
    ),
    bytes('an opcode that is none', frame(3, ping), closed(PROTOCOL_ERROR)),
    bytes('a control opcode that is none', frame(11, ping), closed(PROTOCOL_ERROR)),
    bytes('a continuation of nothing', frame(CONTINUATION, ping), closed(PROTOCOL_ERROR)),
    bytes(
      'a text in the middle of a text',
      Buffer.concat([frame(TEXT, ping, { isLast: false }), frame(TEXT, ping)]),
      closed(PROTOCOL_ERROR),
    ),
    bytes('a ping in pieces', frame(PING, Buffer.alloc(1), { isLast: false }), closed(PROTOCOL_ERROR)),
    bytes('a ping of 126 bytes', frame(PING, Buffer.alloc(126)), closed(PROTOCOL_ERROR)),
    bytes('a length of 2^63 bytes', Buffer.from('81ffffffffffffffffff', 'hex'), closed(TOO_BIG)),
    bytes('a length of 1 TiB', Buffer.from('82ff0000010000000000', 'hex'), closed(TOO_BIG)),
    bytes('a text that is no UTF-8', frame(TEXT, Buffer.from([0xc3, 0x28])), closed(NOT_UTF8)),
    bytes(
      'a text with half a character of UTF-16',
      frame(TEXT, Buffer.from([0xed, 0xa0, 0x80])),
      closed(NOT_UTF8),
    ),
    bytes('a close with half a code', frame(CLOSE, Buffer.from([3])), closed(PROTOCOL_ERROR)),
    bytes('a close with a reserved code', frame(CLOSE, Buffer.from([0x03, 0xed])), closed(PROTOCOL_ERROR)),
    bytes('a message in 2,000 pieces', inPieces(2_000), served('pong')),
    // `ws` cuts off who does not wait for its pongs: 60 of them may be on their way.
    bytes(
      'a flood of 5,000 pings',
      Buffer.concat(Array(5_000).fill(frame(PING, Buffer.alloc(8)))),
      closed(CUT_OFF),
    ),
    bytes(
      'HTTP where frames were agreed on',
      Buffer.from('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
      closed(PROTOCOL_ERROR),
    ),
  ],
};
