// Binary messages to the hub: frames that lie about themselves, that are cut, flipped or packed with a bomb.
import { deflateSync, zstdCompressSync } from 'node:zlib';
import { BINARY_PROTOCOL, withHub } from '../hub-client.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';
import { type Header, mcpw } from '../mcpw.ts';

const MIB = 1024 * 1024;
const PAYLOAD = Buffer.from(JSON.stringify('hello'));
const BATCH = 1 << 2;
const ENCRYPTED = 1 << 1;
const COMPRESSED = 1;
const CODES = [
  ...['truncated', 'trailing_bytes', 'bad_magic', 'bad_version', 'bad_type', 'unknown_flags'],
  ...['encrypted', 'too_large', 'bad_payload', 'unknown_method'],
];

const binary = { protocol: BINARY_PROTOCOL };
const frame = (name: string, said: string, header: Header, payload = PAYLOAD): HostileInput => ({
  name,
  send: () => withHub((socket) => socket.send(mcpw(payload, header)), binary),
  answer: { said: [said], isServed: true },
});
const block = (value: unknown) => Buffer.from(JSON.stringify(value));
const CONTEXT = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  trace_flags: '01',
};

const WHOLE = mcpw(PAYLOAD, { trace: block(CONTEXT) });

/** Every frame that is the whole one up to some byte, on one connection. */
const cut: HostileInput = {
  name: 'a frame cut at every byte',
  send: () =>
    withHub(
      (socket) => {
        for (let end = 0; end < WHOLE.length; end += 1) socket.send(WHOLE.subarray(0, end));
      },
      { ...binary, answers: WHOLE.length },
    ),
  answer: { said: Array(WHOLE.length).fill('truncated'), isServed: true },
};

/** Every frame in which one bit of these four bytes of the header is another, on one connection; some are frames again. */
const flipped = (from: number): HostileInput => ({
  name: `a frame with every bit flipped from byte ${from} to ${from + 3}`,
  async send() {
    const flip = (bit: number) => {
      const bytes = Buffer.from(WHOLE);
      bytes[from + (bit >> 3)] = (bytes[from + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    };
    const answer = await withHub(
      (socket) => {
        for (let bit = 0; bit < 32; bit += 1) socket.send(flip(bit));
      },
      { ...binary, answers: 32 },
    );
    return { ...answer, strange: answer.said.filter((word) => !['pong', ...CODES].includes(word)) };
  },
  answer: { strange: [], isServed: true },
});

const closing = (name: string, bytes: Buffer, code: number): HostileInput => ({
  name,
  send: () => withHub((socket) => socket.send(bytes), binary),
  answer: { said: [], closed: code },
});

export const wsFrames: Channel = {
  name: 'WebSocket messages in binary frames',
  inputs: [
    cut,
    ...[0, 4, 8, 12, 16, 20].map(flipped),
    frame('another magic', 'bad_magic', { magic: 0x4d435058 }),
    frame('another version', 'bad_version', { version: 2 }),
    frame('a type that is none', 'bad_type', { type: 8 }),
    frame('unknown flags', 'unknown_flags', { flags: 0xff00 }),
    frame('a frame that says it is encrypted', 'encrypted', { flags: ENCRYPTED }),
    frame('a batch, which is not supported', 'unknown_method', { flags: BATCH }),
    frame('an unknown method', 'unknown_method', { method: 0xffff }),
    frame('a type that only the hub sends', 'unknown_type', { type: 2, method: 6 }),
    frame('a payload that is shorter than it says', 'truncated', { size: PAYLOAD.length + 1 }),
    frame('a payload that is longer than it says', 'trailing_bytes', { size: PAYLOAD.length - 1 }),
    frame('a payload that says it has 4 GiB', 'too_large', { size: 0xffff_ffff }),
    frame('a payload that is no JSON', 'bad_payload', {}, Buffer.from(`{"${SECRET}`)),
    frame('a payload that is no UTF-8', 'bad_payload', {}, Buffer.from([0xff, 0xfe])),
    frame('a payload that only says it is compressed', 'bad_payload', { flags: COMPRESSED }),
    frame('a bomb: 64 MiB, by zlib', 'too_large', { flags: COMPRESSED }, deflateSync(Buffer.alloc(64 * MIB))),
    frame(
      'a bomb: 64 MiB, by Zstandard',
      'too_large',
      { flags: COMPRESSED },
      zstdCompressSync(Buffer.alloc(64 * MIB)),
    ),
    frame('a zip that breaks off', 'bad_payload', { flags: COMPRESSED }, deflateSync(PAYLOAD).subarray(0, 6)),
    frame('a subscription to no task', 'malformed', { type: 0, method: 6 }, block({ taskId: SECRET })),
    frame(
      'a subscription to another tenant’s task',
      'foreign_tenant',
      { type: 0, method: 6 },
      block({ taskId: '6f1b2a53-4b38-4b9d-8a41-2f7a4d3f8a10', tenantId: CLAIMED }),
    ),
    frame('a trace block of 65,535 bytes that are not there', 'too_large', {
      flags: 1 << 5,
      reserved: 0xffff,
    }),
    frame('a trace block that is longer than the frame', 'truncated', { flags: 1 << 5, reserved: 999 }),
    frame('a trace block that is one byte too long', 'truncated', {
      trace: block(CONTEXT),
      reserved: block(CONTEXT).length + 1,
    }),
    frame('a trace block that is one byte too short', 'trailing_bytes', {
      trace: block(CONTEXT),
      reserved: block(CONTEXT).length - 1,
    }),
    frame('a trace block that is no JSON: served without a parent', 'pong', {
      trace: Buffer.alloc(64, 0xff),
    }),
    frame('a trace block that is a list: served without a parent', 'pong', { trace: block([CONTEXT]) }),
    frame('a trace block with ids of zeros', 'pong', {
      trace: block({ ...CONTEXT, trace_id: '0'.repeat(32) }),
    }),
    frame('a trace block with a tenant: served as the token’s', 'pong', {
      trace: block({ ...CONTEXT, tenant_id: CLAIMED, baggage: `tenant.id=${CLAIMED}` }),
    }),
    closing('more than the largest frame', Buffer.alloc(2 * MIB), 1009),
    {
      name: 'a text where frames were agreed on',
      send: () => withHub((socket) => socket.send(JSON.stringify({ type: 'ping' })), binary),
      answer: { said: ['truncated'], isServed: true },
    },
  ],
};
