// gRPC: messages that are none, metadata that is none, calls for another tenant. The answer is a status; what breaks HTTP/2
// itself is a reset.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { newAttacker } from '../attacker.ts';
import { callGrpc, framed } from '../grpc-call.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';

const { status } = grpc;
const REFUSED_STREAM = constants.NGHTTP2_REFUSED_STREAM;
const SERVICE = '/mesh.ledger.v1.CostLedger';
const GET_BUDGET = `${SERVICE}/GetBudget`;

const text = (field: number, value: string) =>
  Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), Buffer.from(value)]);
const int64 = (field: number, ...varint: number[]) => Buffer.from([field << 3, ...varint]);
const MINUS_ONE = Array<number>(9).fill(0xff).concat(0x01);
const MOST = Array<number>(8).fill(0xff).concat(0x7f);

type Headers = Record<string, string | string[]>;
interface Call {
  path?: string;
  headers?: Headers;
  /** What is sent, from the tenant who sends it. */
  bytes?: (tenantId: string) => Buffer;
}

const budgetOf = (tenantId: string) => framed(text(1, tenantId));

function call(
  name: string,
  { path = GET_BUDGET, headers = {}, bytes = budgetOf }: Call,
  answer: object,
): HostileInput {
  const send = () => {
    const { bearer, tenantId } = newAttacker();
    return callGrpc(path, { authorization: bearer, ...headers }, bytes(tenantId));
  };
  return { name, send, answer: { ...answer } };
}
const answered = (code: grpc.status) => ({ http: 200, code });
const ok = answered(status.OK);
const denied = answered(status.PERMISSION_DENIED);
const invalid = answered(status.INVALID_ARGUMENT);

const reserve = (amount: Buffer, taskId = randomUUID() as string) => ({
  path: `${SERVICE}/Reserve`,
  bytes: (tenantId: string) => framed(Buffer.concat([text(1, tenantId), text(2, taskId), amount])),
});

const messages = [
  call(
    'a message that is no protobuf',
    { bytes: () => framed(Buffer.alloc(64, 0xff)) },
    answered(status.INTERNAL),
  ),
  call('a text whose length is a lie', { bytes: () => framed(Buffer.from([0x0a, 0x7f, 0x61])) }, denied),
  call('a text that is no UTF-8', { bytes: () => framed(Buffer.from([0x0a, 0x02, 0xff, 0xfe])) }, denied),
  call('no tenant', { bytes: () => framed(Buffer.alloc(0)) }, invalid),
  call(
    'a tenant of 130 characters',
    { bytes: () => framed(Buffer.concat([Buffer.from([0x0a, 0x82, 0x01]), Buffer.alloc(130, 0x61)])) },
    invalid,
  ),
  call('another tenant', { bytes: () => budgetOf(CLAIMED) }, denied),
  call(
    'unknown fields',
    { bytes: (tenantId) => framed(Buffer.concat([text(1, tenantId), text(15, SECRET)])) },
    ok,
  ),
  call('less than nothing to set aside', reserve(int64(3, ...MINUS_ONE)), invalid),
  call('more money than there is', reserve(int64(3, ...MOST)), invalid),
  call('a task id that is none', reserve(int64(3, 1), SECRET), invalid),
  call(
    'a message of more than 64 KiB',
    { bytes: () => framed(Buffer.alloc(64 * 1024 + 1)) },
    answered(status.RESOURCE_EXHAUSTED),
  ),
  call(
    'a prefix that promises 4 GiB',
    { bytes: () => framed(Buffer.alloc(8), { length: 0xffff_ffff }) },
    answered(status.RESOURCE_EXHAUSTED),
  ),
  call(
    'a prefix that promises more than comes',
    { bytes: () => framed(Buffer.alloc(8), { length: 9 }) },
    answered(status.UNIMPLEMENTED),
  ),
  call('half a prefix', { bytes: () => Buffer.alloc(3) }, answered(status.UNIMPLEMENTED)),
  call(
    'two messages where there is one',
    { bytes: (tenantId) => Buffer.concat([budgetOf(tenantId), budgetOf(CLAIMED)]) },
    answered(status.UNIMPLEMENTED),
  ),
  call('nothing at all', { bytes: () => Buffer.alloc(0) }, answered(status.UNIMPLEMENTED)),
  call(
    'a message marked as compressed, without an encoding',
    { bytes: () => framed(Buffer.alloc(8), { flag: 1 }) },
    invalid,
  ),
  call(
    'a bomb: 16 MiB, zipped',
    {
      headers: { 'grpc-encoding': 'gzip' },
      bytes: () => framed(gzipSync(Buffer.alloc(16 * 1024 * 1024)), { flag: 1 }),
    },
    answered(status.RESOURCE_EXHAUSTED),
  ),
  call(
    'a zip that is none',
    { headers: { 'grpc-encoding': 'gzip' }, bytes: () => framed(Buffer.alloc(32, 1), { flag: 1 }) },
    answered(status.INTERNAL),
  ),
  call('an unknown encoding', { headers: { 'grpc-encoding': 'evil' } }, ok),
];

const paths = [
  call('an unknown method', { path: `${SERVICE}/DropTables` }, answered(status.UNIMPLEMENTED)),
  call('an unknown service', { path: '/evil.Service/Call' }, answered(status.UNIMPLEMENTED)),
  call('a path of 8,000 characters', { path: `/${'a'.repeat(8_000)}` }, answered(status.UNIMPLEMENTED)),
  call('a path that every object has', { path: '/__proto__' }, answered(status.UNIMPLEMENTED)),
  call('a content type that is JSON', { headers: { 'content-type': 'application/json' } }, { http: 415 }),
  call('GET', { headers: { ':method': 'GET' } }, answered(status.UNIMPLEMENTED)),
];

const metadata = [
  call('no token', { headers: { authorization: '' } }, answered(status.UNAUTHENTICATED)),
  call(
    'a token of noise',
    { headers: { authorization: `Bearer ${SECRET}` } },
    answered(status.UNAUTHENTICATED),
  ),
  call('binary metadata that is no base64', { headers: { 'evil-bin': '!!!!' } }, ok),
  call('binary metadata named as our trace', { headers: { 'traceparent-bin': 'AAAA' } }, ok),
  call('a traceparent of noise', { headers: { traceparent: SECRET } }, ok),
  call('a tenant in a header', { headers: { 'x-mcp-tenant-id': CLAIMED, 'x-mcp-user-id': CLAIMED } }, ok),
  call('a tenant in its baggage', { headers: { baggage: `tenant.id=${CLAIMED}` } }, ok),
  call('our own member in its tracestate', { headers: { tracestate: `mcp=tenant:${CLAIMED}` } }, ok),
  call('a deadline that is no time', { headers: { 'grpc-timeout': 'soon' } }, answered(status.INTERNAL)),
  call(
    'a deadline that has passed',
    { headers: { 'grpc-timeout': '0n' } },
    answered(status.DEADLINE_EXCEEDED),
  ),
  call('metadata of 20 kB', { headers: { 'x-long': 'a'.repeat(20_000) } }, ok),
  // Node's own limit for HTTP/2 is 64 KiB; grpc-js has none that could be set.
  call(
    'metadata of 100 kB',
    { headers: { 'x-long': 'a'.repeat(100_000) } },
    { http: 0, reset: REFUSED_STREAM },
  ),
];

export const grpcCalls: Channel = { name: 'gRPC', inputs: [...messages, ...paths, ...metadata] };
