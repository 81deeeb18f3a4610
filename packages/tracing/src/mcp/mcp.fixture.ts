// A traced MCP server with a real client, in one process, over every transport and in both protocol eras.
import { Client, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { z } from 'zod';
import { withSpan } from '../spans/span.ts';
import { type TraceMcpOptions, traceMcpServer } from './server.ts';

/** `waiting` resolves when a call of the tool `wait` is in its handler, `aborted` when that is aborted. */
export interface Server {
  server: McpServer;
  waiting: Promise<void>;
  aborted: Promise<void>;
}

/** Tools: `echo`, `meta` (returns its `_meta`), `fail` (`isError`), `wait` (until it is aborted); a prompt, a resource. */
export function makeServer(options: TraceMcpOptions): Server {
  const waiting = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const server = traceMcpServer(new McpServer({ name: 'test', version: '1' }), options);
  server.registerTool('echo', { inputSchema: z.object({ text: z.string().optional() }) }, ({ text }) => ({
    content: [{ type: 'text', text: text ?? '' }],
  }));
  server.registerTool('meta', {}, ({ mcpReq }) => ({
    structuredContent: { ...mcpReq._meta },
    content: [],
  }));
  server.registerTool('fail', {}, () => ({ isError: true, content: [{ type: 'text', text: 'no' }] }));
  server.registerTool('wait', {}, async (ctx) => {
    waiting.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    ctx.mcpReq.signal.addEventListener('abort', () => resolve());
    await promise;
    aborted.resolve();
    return { content: [] };
  });
  server.registerPrompt('greet', {}, () => ({ messages: [] }));
  server.registerResource('note', 'note://one', {}, () => ({ contents: [{ uri: 'note://one', text: '1' }] }));
  return { server, waiting: waiting.promise, aborted: aborted.promise };
}

export interface Link extends AsyncDisposable {
  client: Client;
  /** Of the server that serves the first call of `wait`. */
  waiting: Promise<void>;
  aborted: Promise<void>;
}

export const REVISIONS = { modern: '2026-07-28', legacy: '2025-11-25' } as const;
export type Era = keyof typeof REVISIONS;

/** The span in place of the HTTP instrumentation's. */
export const HTTP_SPAN = 'POST /mcp';

function makeClient(era: Era): Client {
  const mode = era === 'modern' ? { pin: REVISIONS.modern } : 'legacy';
  return new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
}

/** Streamable HTTP without a network: the client's fetch is the server's handler, inside a SERVER span. */
export async function connectHttp(era: Era): Promise<Link> {
  const waiting = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const handler = createMcpHandler(() => {
    const made = makeServer({ transport: 'http' });
    made.waiting.then(waiting.resolve);
    made.aborted.then(aborted.resolve);
    return made.server;
  });
  const fetch = (url: string | URL, init?: RequestInit) =>
    withSpan(HTTP_SPAN, { kind: SpanKind.SERVER, parent: ROOT_CONTEXT }, () =>
      handler.fetch(new Request(url, init)),
    );
  const client = makeClient(era);
  await client.connect(new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { fetch }));
  return {
    client,
    waiting: waiting.promise,
    aborted: aborted.promise,
    async [Symbol.asyncDispose]() {
      await client.close();
      await handler.close();
    },
  };
}

/** What `serveStdio` does with a process's stdin and stdout, over a pair of queues. */
export async function connectStdio(era: Era): Promise<Link> {
  const waiting = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const [near, far] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(
    () => {
      const made = makeServer({ transport: 'stdio' });
      made.waiting.then(waiting.resolve);
      made.aborted.then(aborted.resolve);
      return made.server;
    },
    { transport: far },
  );
  const client = makeClient(era);
  await client.connect(near);
  return {
    client,
    waiting: waiting.promise,
    aborted: aborted.promise,
    async [Symbol.asyncDispose]() {
      await client.close();
      await served.close();
    },
  };
}

/** `_meta` of every request of a client of the modern era. */
export const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': REVISIONS.modern,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: REVISIONS.legacy,
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  },
} as const;

/** A stdio server without a client: `answers` collects what it sends to `near`. */
export async function rawStdio() {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const answers: unknown[] = [];
  near.onmessage = (message) => void answers.push(message);
  await near.start();
  serveStdio(() => makeServer({ transport: 'stdio' }).server, { transport: far });
  return { near, answers };
}
