import { encodeFrame } from '@trace-mesh/tracing/frame';
import { expect, it } from 'vitest';
import { MAX_TEXT_LENGTH } from './wire.ts';
import { attributeText, frameText, headerText, jsonText, protocolText } from './wire-text.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03';
const SECRET = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2VjcmV0';

it('headers: those of the context, the fact of an authorization, and no other', () => {
  const text = headerText([
    ['Traceparent', TRACEPARENT],
    ['x-mcp-tenant-id', 'demo'],
    ['x-request-id', 'r-1'],
    ['Authorization', `Bearer ${SECRET}`],
    ['cookie', SECRET],
    ['x-api-key', SECRET],
  ]);
  expect(text.split('\n')).toEqual([
    `traceparent: ${TRACEPARENT}`,
    'x-mcp-tenant-id: demo',
    'x-request-id: r-1',
    'authorization: Bearer ••••',
  ]);
});

it('an authorization of any scheme is masked whole', () => {
  expect(headerText([['authorization', `Basic ${SECRET}`]])).not.toContain(SECRET);
  expect(headerText([['authorization', SECRET]])).not.toContain(SECRET);
});

it('says so where no traceparent was sent', () => {
  expect(headerText([['x-request-id', 'r-1']])).toBe('x-request-id: r-1\n(no traceparent)');
  expect(attributeText({})).toBe('(no traceparent)');
  expect(protocolText(['mesh.v1.json'])).toBe('(no traceparent)');
  expect(jsonText('trace_context', {})).toBe('(no traceparent)');
  expect(jsonText('trace_context', undefined)).toBe('(no traceparent)');
});

it('attributes: those of the context, and none of the user', () => {
  const text = attributeText({
    traceparent: { StringValue: TRACEPARENT },
    'x-mcp-context': { StringValue: 'x-mcp-tenant-id=demo' },
    customer: { StringValue: SECRET },
  });
  expect(text).toBe(`traceparent (String): ${TRACEPARENT}\nx-mcp-context (String): x-mcp-tenant-id=demo`);
});

it('subprotocols: the context, and the bearer masked', () => {
  const offered = ['mesh.v1.json', `bearer.${SECRET}`, `traceparent.${TRACEPARENT}`, 'agent-id.ada'];
  expect(protocolText(offered)).toBe(`bearer.••••\ntraceparent.${TRACEPARENT}`);
});

it('JSON: the context under its name', () => {
  expect(jsonText('_meta', { traceparent: TRACEPARENT })).toBe(
    `"_meta": {\n  "traceparent": "${TRACEPARENT}"\n}`,
  );
});

const frame = (trace?: Buffer) =>
  encodeFrame({
    type: 'notification',
    method: 5,
    sequence: 7n,
    compressed: false,
    batch: false,
    ...(trace && { trace }),
    payload: Buffer.from(SECRET),
  });

/** The bytes that a dump shows. */
const bytesOf = (dump: string) =>
  Buffer.from(
    [...dump.matchAll(/^[0-9a-f]{4} {2}(.{47})/gm)]
      .map(([, hex]) => hex)
      .join('')
      .replaceAll(' ', ''),
    'hex',
  );

it('a frame: header and trace block, byte for byte, and nothing of the payload', () => {
  const trace = Buffer.from('{"trace_id":"0af7651916cd43dd8448eb211c80319c"}');
  const text = frameText(frame(trace));
  expect(text.split('\n')[0]).toBe(
    '0000  4d 43 50 57 01 02 00 20 00 00 00 00 00 00 00 07  |MCPW... ........|',
  );
  expect(bytesOf(text)).toEqual(frame(trace).subarray(0, 24 + trace.length));
});

it('a frame without a trace block: the header alone', () => {
  const text = frameText(frame());
  expect(text).toMatch(/\(no traceparent\)$/);
  expect(bytesOf(text)).toEqual(frame().subarray(0, 24));
});

it('is cut where it is too long', () => {
  const text = headerText([['baggage', 'k=v,'.repeat(MAX_TEXT_LENGTH)]]);
  expect(text).toHaveLength(MAX_TEXT_LENGTH);
  expect(text).toMatch(/…$/);
});
