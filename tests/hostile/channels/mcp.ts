// MCP over HTTP: JSON-RPC that is none, calls that are none, `_meta` that brings what it must not. Every answer is one of
// the protocol's own errors, and a call that is valid otherwise succeeds, whatever its `_meta` says.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { newAttacker } from '../attacker.ts';
import { type Channel, CLAIMED, type HostileInput, SECRET } from '../input.ts';
import { callTool, postMcp } from '../mcp-call.ts';

const PARSE_ERROR = -32_700;
/** The SDK's code for what HTTP itself has a status for. */
const REFUSED = -32_000;
const INVALID_REQUEST = -32_600;

const authorized = () => ({ authorization: newAttacker().bearer });
const failure = (status: number, code: number) => ({ status, error: { code } });
const invalidParams = failure(200, -32_602);
const toolError = { status: 200, result: { isError: true } };
const done = { status: 200, result: { structuredContent: { result: expect.any(String) } } };

/** An unchanged body, from a caller with a valid token. */
const body = (name: string, text: string | Buffer<ArrayBuffer>, answer: object): HostileInput => ({
  name,
  send: () => postMcp(text, authorized()),
  answer: { ...answer },
});
const message = (fields: Record<string, unknown>) => JSON.stringify({ jsonrpc: '2.0', id: 1, ...fields });

const call = (name: string, params: Record<string, unknown>, answer: object, headers = {}): HostileInput => ({
  name,
  send: () => callTool(newAttacker(), params, headers),
  answer: { ...answer },
});

const prompt = (more: Record<string, unknown> = {}) => ({
  name: 'create_task',
  arguments: { prompt: SECRET, ...more },
});
const withMeta = (name: string, _meta: Record<string, unknown>): HostileInput =>
  call(`_meta with ${name}`, { ...prompt(), _meta }, done);

const bodies = [
  body('nothing', '', failure(400, PARSE_ERROR)),
  body('half a message', `{"jsonrpc":"2.0","method":"${SECRET}`, failure(400, PARSE_ERROR)),
  body('a secret after a mistake', `{"jsonrpc": oops "${SECRET}"}`, failure(400, PARSE_ERROR)),
  body('null', 'null', failure(400, INVALID_REQUEST)),
  body('a number', '1', failure(400, INVALID_REQUEST)),
  body('a text', `"${SECRET}"`, failure(400, INVALID_REQUEST)),
  body('an empty batch', '[]', failure(400, INVALID_REQUEST)),
  body(
    'a batch of 1,000 calls',
    `[${Array(1_000)
      .fill(message({ method: 'ping' }))
      .join()}]`,
    failure(400, INVALID_REQUEST),
  ),
  body(
    'another version of JSON-RPC',
    message({ jsonrpc: '1.0', method: 'ping' }),
    failure(400, INVALID_REQUEST),
  ),
  body('a method that is a number', message({ method: 1 }), failure(400, INVALID_REQUEST)),
  body('an unknown method', message({ method: SECRET, params: {} }), failure(400, -32_602)),
  body('an id that is an object', message({ id: { a: 1 }, method: 'ping' }), failure(400, INVALID_REQUEST)),
  body('an id that is null', message({ id: null, method: 'ping' }), failure(400, INVALID_REQUEST)),
  body(
    'params that are a list',
    message({ method: 'tools/call', params: [1] }),
    failure(400, INVALID_REQUEST),
  ),
  body('lists in lists, 100,000 deep', '['.repeat(100_000), failure(400, PARSE_ERROR)),
  body('bytes that are no UTF-8', Buffer.from('7b22fffe227d', 'hex'), failure(400, PARSE_ERROR)),
  body('a body of more than 256 KiB', message({ method: 'x'.repeat(256 * 1024) }), failure(413, REFUSED)),
];

const http: HostileInput[] = [
  {
    name: 'a gzip bomb, which is not decompressed',
    send: () =>
      postMcp(gzipSync(Buffer.alloc(16 * 1024 * 1024, 0x20)), {
        ...authorized(),
        'content-encoding': 'gzip',
      }),
    answer: failure(400, PARSE_ERROR),
  },
  {
    name: 'a body that says it is text',
    send: () => postMcp(message({ method: 'ping' }), { ...authorized(), 'content-type': 'text/plain' }),
    answer: failure(415, REFUSED),
  },
  {
    name: 'a caller who takes no answer that there is: it gets one all the same',
    send: () => callTool(newAttacker(), prompt(), { accept: 'image/png' }),
    answer: done,
  },
  {
    name: 'a protocol of 1999',
    send: () =>
      postMcp(message({ method: 'ping' }), { ...authorized(), 'mcp-protocol-version': '1999-01-01' }),
    answer: failure(400, REFUSED),
  },
  {
    name: 'no token',
    send: () => postMcp(message({ method: 'ping' }), {}),
    answer: { status: 401, error: 'invalid_token' },
  },
  {
    name: 'a token of noise',
    send: () => postMcp(message({ method: 'ping' }), { authorization: `Bearer ${SECRET}` }),
    answer: { status: 401, error: 'invalid_token' },
  },
  {
    name: 'a page from elsewhere',
    send: () => postMcp(message({ method: 'ping' }), { ...authorized(), origin: 'https://evil.example' }),
    answer: failure(403, REFUSED),
  },
];

const calls = [
  call('a tool that is not there', { name: 'drop_tables', arguments: {} }, invalidParams),
  call('a tool named as what every object has', { name: '__proto__', arguments: {} }, invalidParams),
  call('a header that names another tool', prompt(), failure(400, -32_020), { 'mcp-name': 'get_job' }),
  call('arguments that are a list', { name: 'create_task', arguments: [SECRET] }, invalidParams),
  call('no arguments', { name: 'create_task' }, toolError),
  call('a prompt that is an object', prompt({ prompt: { a: SECRET } }), toolError),
  call('a prompt with a NUL', prompt({ prompt: `${SECRET}\0` }), toolError),
  call('a prompt of 100,000 characters', prompt({ prompt: 'x'.repeat(100_000) }), toolError),
  call('a task id that is none', prompt({ taskId: SECRET }), toolError),
  {
    name: 'a prototype to pollute: a task as any other',
    send: () =>
      callTool(
        newAttacker(),
        JSON.parse(`{"name":"create_task","arguments":{"prompt":"p","__proto__":{"a":1}}}`),
      ),
    answer: done,
  },
  call('a tenant of its own choice: a task of the token’s tenant', prompt({ tenantId: CLAIMED }), done),
];

const valid = `00-${randomBytes(16).toString('hex')}-b7ad6b7169203331-01`;
const metas = [
  withMeta('a traceparent that is a list', { traceparent: [valid] }),
  withMeta('a traceparent that is an object', { traceparent: { toString: 1 } }),
  withMeta('a traceparent that is noise', { traceparent: SECRET }),
  withMeta('a traceparent of 100,000 characters', { traceparent: '0'.repeat(100_000) }),
  withMeta('a line break in its traceparent', { traceparent: `${valid}\r\nX-MCP-Tenant-ID: ${CLAIMED}` }),
  withMeta('a line break in its tracestate', {
    traceparent: valid,
    tracestate: `a=1\r\nX-MCP-Tenant-ID: ${CLAIMED}`,
  }),
  withMeta('our own member in its tracestate', { traceparent: valid, tracestate: `mcp=tenant:${CLAIMED}` }),
  withMeta('a tenant in its baggage', { traceparent: valid, baggage: `tenant.id=${CLAIMED}` }),
  withMeta('a line break in its baggage', { traceparent: valid, baggage: `mesh.experiment=a\r\nX-Evil: 1` }),
  withMeta('headers of ours', { 'x-mcp-tenant-id': CLAIMED, 'X-MCP-User-ID': CLAIMED }),
  withMeta('a progress token of 10,000 characters', { progressToken: 'p'.repeat(10_000) }),
  call('_meta that is a list', { ...prompt(), _meta: [valid] as never }, done),
];

export const mcp: Channel = { name: 'MCP', inputs: [...bodies, ...http, ...calls, ...metas] };
