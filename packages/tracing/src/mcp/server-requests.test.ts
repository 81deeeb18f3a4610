// What a server requests from its client while it handles a call, over every transport and in both protocol eras.
import { Client, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import {
  createMcpHandler,
  inputRequired,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { activeTraceId, withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { callTool, traceMcpClient } from './client.ts';
import { type Era, REVISIONS } from './mcp.fixture.ts';
import { type TraceMcpOptions, traceMcpServer } from './server.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const METHODS = ['sampling/createMessage', 'elicitation/create', 'roots/list'] as const;
const [SAMPLING] = METHODS;
const NOTE = 'test/note';
const message = { messages: [], maxTokens: 1 };

/** Tools: `ask` requests all three kinds, `sample` one with a function of the 2025 era, `note` notifies. */
function makeServer(transport: TraceMcpOptions['transport'], traced = true): McpServer {
  const server = new McpServer({ name: 'test', version: '1' });
  if (traced) traceMcpServer(server, { transport });
  server.registerTool('ask', {}, ({ mcpReq }) => {
    if (mcpReq.inputResponses) return { content: [] };
    const requestedSchema = { type: 'object' as const, properties: {} };
    return inputRequired({
      inputRequests: {
        a: inputRequired.createMessage(message),
        b: inputRequired.elicit({ message: 'Go on?', requestedSchema }),
        c: inputRequired.listRoots(),
      },
    });
  });
  server.registerTool('sample', {}, async () => {
    await server.server.createMessage(message, { timeout: 60_000 });
    return { content: [] };
  });
  server.registerTool('note', {}, async ({ mcpReq }) => {
    await mcpReq.notify({ method: NOTE, params: {} });
    return { content: [] };
  });
  return server;
}

const ANSWER = { role: 'assistant', model: 'm', content: { type: 'text', text: '' } } as const;

/** A traced client that handles all three kinds, each in a span `handle`. */
function makeClient(era: Era, sample: () => Promise<typeof ANSWER> = async () => ANSWER): Client {
  const mode = era === 'modern' ? { pin: REVISIONS.modern } : 'legacy';
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: {} };
  const options = { capabilities, versionNegotiation: { mode } } as const;
  const client = traceMcpClient(new Client({ name: 'test', version: '1' }, options));
  client.setRequestHandler('sampling/createMessage', () => withSpan('handle', {}, sample));
  client.setRequestHandler('elicitation/create', () =>
    withSpan('handle', {}, async () => ({ action: 'accept' as const, content: {} })),
  );
  client.setRequestHandler('roots/list', () => withSpan('handle', {}, async () => ({ roots: [] })));
  return client;
}

async function overStdio(client: Client, server = makeServer('stdio')): Promise<void> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  serveStdio(() => server, { transport: far });
  await client.connect(near);
}

async function overHttp(client: Client, era: Era): Promise<void> {
  // In the 2025 era only a server with sessions can send requests, which is not what `createMcpHandler` makes.
  const stateful = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => 'session' });
  if (era === 'legacy') await makeServer('http').connect(stateful);
  const stateless = createMcpHandler(() => makeServer('http'));
  const serve = (request: Request) =>
    era === 'legacy' ? stateful.handleRequest(request) : stateless.fetch(request);
  const fetch = (url: string | URL, init?: RequestInit) => serve(new Request(url, init));
  await client.connect(new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { fetch }));
}

const TRANSPORTS = [
  { transport: 'stdio', era: 'modern', open: (client: Client) => overStdio(client) },
  { transport: 'stdio', era: 'legacy', open: (client: Client) => overStdio(client) },
  { transport: 'http', era: 'modern', open: (client: Client) => overHttp(client, 'modern') },
  { transport: 'http', era: 'legacy', open: (client: Client) => overHttp(client, 'legacy') },
] as const;

const spansOf = (name: string, kind: SpanKind) => tracing.spans(name).filter((span) => span.kind === kind);
const only = (name: string, kind: SpanKind): ReadableSpan => {
  const spans = spansOf(name, kind);
  expect(spans, name).toHaveLength(1);
  return spans[0] as ReadableSpan;
};
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

describe.each(TRANSPORTS)('a server over $transport in the $era era', ({ transport, era, open }) => {
  it('requests sampling, elicitation and roots in a CLIENT span under its call, handled in a SERVER span', async () => {
    const client = makeClient(era);
    await open(client);
    tracing.reset();
    await withSpan('agent', {}, () => callTool(client, { name: 'ask' }));
    // The 2026 era repeats the call with the responses; the requests belong to the first.
    const [call] = spansOf('tools/call ask', SpanKind.SERVER);
    const handled = tracing.spans('handle').map((span) => span.parentSpanContext?.spanId);
    for (const method of METHODS) {
      const [sent, served] = [only(method, SpanKind.CLIENT), only(method, SpanKind.SERVER)];
      expect(sent.parentSpanContext?.spanId).toBe(idOf(call));
      expect(served.parentSpanContext?.spanId).toBe(idOf(sent));
      expect(served.spanContext().traceId).toBe(tracing.spans('agent')[0]?.spanContext().traceId);
      expect(handled).toContain(idOf(served));
      const shared = { 'mcp.method.name': method, 'mcp.protocol.version': REVISIONS[era] };
      expect(served.attributes).toMatchObject(shared);
      expect(sent.attributes).toMatchObject({
        ...shared,
        'network.transport': transport === 'http' ? 'tcp' : 'pipe',
      });
      const ids = [sent, served].map((span) => span.attributes['jsonrpc.request.id']);
      expect(ids).toEqual(era === 'legacy' ? [expect.any(String), ids[0]] : [undefined, undefined]);
    }
    await client.close();
  });

  it('notifies with its context, in which the handler runs', async () => {
    const client = makeClient(era);
    const traceIds: unknown[] = [];
    client.setNotificationHandler(NOTE, { params: z.object({}) }, () => void traceIds.push(activeTraceId()));
    await open(client);
    tracing.reset();
    await callTool(client, { name: 'note' });
    await vi.waitFor(() =>
      expect(traceIds).toEqual([only('tools/call note', SpanKind.SERVER).spanContext().traceId]),
    );
    await client.close();
  });
});

describe('a request of a server', () => {
  it('whose handler throws marks the spans of both ends with their error', async () => {
    const client = makeClient('legacy', () => Promise.reject(new RangeError('no model')));
    await overStdio(client);
    await callTool(client, { name: 'sample' });
    expect(only(SAMPLING, SpanKind.SERVER)).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'RangeError' },
    });
    expect(only(SAMPLING, SpanKind.CLIENT)).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no model' },
      attributes: { 'error.type': '-32603' },
    });
    await client.close();
  });

  it('ends both spans as cancelled when the connection closes before the response', async () => {
    const waiting = Promise.withResolvers<void>();
    const client = makeClient('legacy', () => {
      waiting.resolve();
      return new Promise<never>(() => {});
    });
    await overStdio(client);
    callTool(client, { name: 'sample' }).catch(() => undefined);
    await waiting.promise;
    await client.close();
    for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
      await vi.waitFor(() =>
        expect(only(SAMPLING, kind).attributes).toMatchObject({ 'error.type': 'cancelled' }),
      );
      expect(only(SAMPLING, kind).events.map(({ name }) => name)).toEqual(['cancelled']);
    }
  });

  it('that is cancelled by its own call ends both spans immediately', async () => {
    const waiting = Promise.withResolvers<void>();
    const client = makeClient('legacy', () => {
      waiting.resolve();
      return new Promise<never>(() => {});
    });
    await overStdio(client);
    const cancel = new AbortController();
    const call = callTool(client, { name: 'ask' }, { signal: cancel.signal });
    call.catch(() => undefined);
    await waiting.promise;
    cancel.abort('enough');
    for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
      await vi.waitFor(() =>
        expect(only(SAMPLING, kind).attributes).toMatchObject({ 'error.type': 'cancelled' }),
      );
    }
    await client.close();
  });

  it('of an untraced server is handled in a span with its own trace', async () => {
    const client = makeClient('legacy');
    await withSpan('opening', {}, () => overStdio(client, makeServer('stdio', false)));
    await callTool(client, { name: 'sample' });
    expect(only(SAMPLING, SpanKind.SERVER).parentSpanContext).toBeUndefined();
    await client.close();
  });
});
