// The spans of a server beside those of calls in order, and its metric.
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { metrics, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { startTestTracing } from '../testing.ts';
import { callTool } from './client.ts';
import { connectHttp, INITIALIZE, MODERN_META, makeServer, REVISIONS, rawStdio } from './mcp.fixture.ts';
import { DURATION_BUCKETS } from './metrics.ts';

const tracing = startTestTracing();
afterEach(() => {
  tracing.reset();
  metrics.disable();
});
afterAll(() => tracing[Symbol.asyncDispose]());

/** The server's spans of this name. */
const served = (name: string) => tracing.spans(name).filter((span) => span.kind === SpanKind.SERVER);
const only = (spans: ReadableSpan[]): ReadableSpan => {
  expect(spans).toHaveLength(1);
  return spans[0] as ReadableSpan;
};

describe('the spans of one server', () => {
  it('both end when a client uses one id twice at a time', async () => {
    const [near, far] = InMemoryTransport.createLinkedPair();
    const { server, waiting } = makeServer({ transport: 'stdio' });
    await server.connect(far);
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'wait' } } as const;
    await near.send(call);
    await near.send(call);
    await waiting;
    await server.close();
    expect(served('tools/call wait')).toHaveLength(2);
  });

  it('have the version on which a client falls back after a probe for the modern era', async () => {
    const probe = {
      jsonrpc: '2.0',
      id: 0,
      method: 'server/discover',
      params: { _meta: MODERN_META },
    } as const;
    const { near, answers } = await rawStdio();
    await near.send(probe);
    await near.send(INITIALIZE);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    expect(served('server/discover')).toHaveLength(1);
    expect(only(served('initialize')).attributes['mcp.protocol.version']).toBe(REVISIONS.legacy);
  });

  it('name no method outside the protocol', async () => {
    const { near, answers } = await rawStdio();
    await near.send(INITIALIZE);
    await near.send({ jsonrpc: '2.0', id: 2, method: 'made/up/path/17' });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    const span = only(served('_OTHER'));
    expect(span.attributes).toMatchObject({ 'error.type': '-32601', 'rpc.status_code': '-32601' });
  });
});

describe('mcp.server.operation.duration', () => {
  it('records every call in seconds, in the buckets of the conventions, without ids', async () => {
    const record = vi.fn();
    const createHistogram = vi.fn(() => ({ record }));
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createHistogram }) } as never);
    await using link = await connectHttp('modern');
    await callTool(link.client, { name: 'echo' });
    await callTool(link.client, { name: 'fail' });
    expect(createHistogram).toHaveBeenCalledExactlyOnceWith(
      'mcp.server.operation.duration',
      expect.objectContaining({ unit: 's', advice: { explicitBucketBoundaries: DURATION_BUCKETS } }),
    );
    const shared = {
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': REVISIONS.modern,
      'gen_ai.operation.name': 'execute_tool',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    };
    expect(record.mock.calls.slice(-2).map(([, attributes]) => attributes)).toEqual([
      { ...shared, 'gen_ai.tool.name': 'echo' },
      { ...shared, 'gen_ai.tool.name': 'fail', 'error.type': 'tool_error' },
    ]);
    expect(record.mock.calls.every(([seconds]) => seconds >= 0 && seconds < 10)).toBe(true);
  });
});
