// MCP over HTTP from outside: `_meta` and the HTTP headers name two traces, which stay separate.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { describe, expect, inject, it } from 'vitest';
import { tokens } from '../tokens.ts';
import { traceWhen } from '../trace-when.ts';

const endpoints = inject('endpoints');

function context() {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

const MODERN = {
  version: '2026-07-28',
  headers: { 'mcp-method': 'tools/call', 'mcp-name': 'create_task' },
  meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};
const LEGACY = { version: '2025-11-25', headers: {}, meta: {} };

async function callTool(era: typeof MODERN | typeof LEGACY, header: string, meta: Record<string, unknown>) {
  const params = {
    name: 'create_task',
    arguments: { prompt: 'Name a colour.', taskId: randomUUID() },
    _meta: { ...era.meta, ...meta },
  };
  const response = await fetch(endpoints['edge-mcp'], {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': era.version,
      authorization: tokens.bearer(),
      traceparent: header,
      ...era.headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  const text = await response.text();
  // 2025-11-25 answers with an event stream, 2026-07-28 with JSON.
  const message = JSON.parse(text.match(/^data: (.*)$/m)?.[1] ?? text);
  return { response, structured: message.result.structuredContent };
}

const spanOf = (trace: Trace, name: string) => {
  const found = trace.spans.filter((span) => span.name === name && span.service === 'edge-mcp');
  expect(found, name).toHaveLength(1);
  return found[0] as Trace['spans'][number];
};
/** The trace, once it holds the span. */
const traceOf = (traceId: string, name: string): Promise<Trace> =>
  traceWhen(endpoints.traces, traceId, (trace) => spanOf(trace, name));

describe.each([
  ['2026-07-28', MODERN],
  ['2025-11-25', LEGACY],
])('a tool call in %s', (_name, era) => {
  it('the tool span continues the trace of _meta and links to the HTTP span, which continues that of the headers', async () => {
    const [header, meta] = [context(), context()];
    const { response, structured } = await callTool(era, header.traceparent, {
      traceparent: meta.traceparent,
    });
    expect(response.headers.get('x-trace-id')).toBe(header.traceId);
    expect(structured.traceId).toBe(meta.traceId);

    const http = spanOf(await traceOf(header.traceId, 'POST /mcp'), 'POST /mcp');
    const tool = spanOf(await traceOf(meta.traceId, 'tools/call create_task'), 'tools/call create_task');
    expect(http.parentSpanId).toBe(header.spanId);
    expect(tool.parentSpanId).toBe(meta.spanId);
    expect(tool.links).toEqual([{ traceId: header.traceId, spanId: http.spanId }]);
  });

  it('with a malformed traceparent in _meta, the call succeeds and its parent is the HTTP span', async () => {
    const header = context();
    const { response, structured } = await callTool(era, header.traceparent, { traceparent: '00-zz-1-01' });
    expect(response.headers.get('x-trace-id')).toBe(header.traceId);
    expect(structured).toMatchObject({ traceId: header.traceId, result: expect.any(String) });

    const trace = await traceOf(header.traceId, 'POST /mcp');
    expect(spanOf(trace, 'tools/call create_task').parentSpanId).toBe(spanOf(trace, 'POST /mcp').spanId);
  });
});
