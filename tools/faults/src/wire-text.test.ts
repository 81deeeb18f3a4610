import { expect, it } from 'vitest';
import { MAX_TEXT_LENGTH } from './wire.ts';
import { recordOf } from './wire-text.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03';
const SECRET = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2VjcmV0';
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const CONTEXT = { traceparent: TRACEPARENT, 'x-mcp-tenant-id': 'demo' };

const record = (transport: string, carrier: Record<string, string>) =>
  recordOf({ transport, ...IDS, carrier });
const textOf = (transport: string, carrier: Record<string, string>) => record(transport, carrier)?.text ?? '';

it('headers show the context and that an authorization was sent, and nothing else', () => {
  const text = textOf('http', {
    Traceparent: TRACEPARENT,
    'x-mcp-tenant-id': 'demo',
    'x-request-id': 'r-1',
    Authorization: `Bearer ${SECRET}`,
    cookie: SECRET,
    'x-api-key': SECRET,
  });
  expect(text.split('\n')).toEqual([
    `traceparent: ${TRACEPARENT}`,
    'x-mcp-tenant-id: demo',
    'x-request-id: r-1',
    'authorization: Bearer ••••',
  ]);
});

it('an authorization of any scheme is masked whole', () => {
  expect(textOf('grpc', { authorization: `Basic ${SECRET}` })).not.toContain(SECRET);
  expect(textOf('grpc', { authorization: SECRET })).not.toContain(SECRET);
});

it.each([
  ...['http', 'grpc', 'mcp', 'sqs', 'sqs-body', 'outbox', 'redis', 'redis-stream', 'websocket'],
  ...['websocket-binary', 'websocket-headers', 'websocket-protocol', 'websocket-hello'],
])('the text of %s without a traceparent says so', (transport) => {
  expect(textOf(transport, {})).toBe('(no traceparent)');
});

it('message attributes hold the MCP context in one attribute', () => {
  const text = `traceparent (String): ${TRACEPARENT}\nx-mcp-context (String): x-mcp-tenant-id=demo`;
  expect(textOf('sqs', CONTEXT)).toBe(text);
});

it('subprotocols show the context, and mask the bearer', () => {
  const offered = ['mesh.v1.json', `bearer.${SECRET}`, `traceparent.${TRACEPARENT}`, 'agent-id.ada'];
  const text = textOf('websocket-protocol', { 'sec-websocket-protocol': offered.join(', ') });
  expect(text).toBe(`bearer.••••\ntraceparent.${TRACEPARENT}`);
});

it('_meta shows the W3C fields only', () => {
  expect(textOf('mcp', CONTEXT)).toBe(`"_meta": {\n  "traceparent": "${TRACEPARENT}"\n}`);
});

it('the trace block of a binary frame is shown byte for byte', () => {
  const dump = textOf('websocket-binary', CONTEXT);
  const hex = [...dump.matchAll(/^[0-9a-f]{4} {2}(.{47}) {2}\|.*\|$/gm)].map(([, bytes]) => bytes).join(' ');
  const { traceId, spanId } = IDS;
  expect(JSON.parse(Buffer.from(hex.replace(/ +/g, ''), 'hex').toString())).toEqual({
    trace_id: traceId,
    span_id: spanId,
    trace_flags: '03',
    tenant_id: 'demo',
  });
});

it('a record names the sender, the transport and the form', () => {
  expect(record('websocket-hello', CONTEXT)).toMatchObject({
    ...IDS,
    transport: 'ws-handshake',
    form: 'envelope',
  });
  expect(record('attempt-log', CONTEXT)).toBeUndefined();
});

it('a text that is too long is cut', () => {
  const text = textOf('http', { baggage: 'k=v,'.repeat(MAX_TEXT_LENGTH) });
  expect(text).toHaveLength(MAX_TEXT_LENGTH);
  expect(text).toMatch(/…$/);
});
