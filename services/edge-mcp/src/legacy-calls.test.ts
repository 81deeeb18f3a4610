// Whatever ends a call of the 2025 era, nothing of it stays.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { expect, it, vi } from 'vitest';
import { LegacyCalls } from './legacy-calls.ts';

/** A tool that runs until it is aborted, behind `LegacyCalls`, and a client without a network. */
async function connect() {
  const calls = new LegacyCalls();
  const aborted = vi.fn();
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'test', version: '1' });
    server.registerTool('echo', {}, () => ({ content: [] }));
    server.registerTool('wait', {}, async (ctx) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      ctx.mcpReq.signal.addEventListener('abort', () => resolve());
      await promise;
      aborted();
      return { content: [] };
    });
    return calls.follow(server, 'acme');
  });
  const serve = calls.withSessions(handler.fetch);
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
      fetch: (url, init) => serve(new Request(url, init)),
    }),
  );
  return { calls, client, aborted };
}

it('a call with a response is no longer in flight', async () => {
  const { calls, client } = await connect();
  await client.callTool({ name: 'echo' });
  expect(calls.inFlight).toBe(0);
});

it('a cancellation in another request reaches its call, once', async () => {
  const { calls, client, aborted } = await connect();
  const cancel = new AbortController();
  const call = client.callTool({ name: 'wait' }, { signal: cancel.signal });
  await vi.waitFor(() => expect(calls.inFlight).toBe(1));
  cancel.abort('enough');
  await expect(call).rejects.toThrow('enough');
  await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce());
  expect(calls.inFlight).toBe(0);
});

it('a call whose caller disconnects is aborted and no longer in flight', async () => {
  const { calls, client, aborted } = await connect();
  const call = client.callTool({ name: 'wait' });
  call.catch(() => undefined);
  await vi.waitFor(() => expect(calls.inFlight).toBe(1));
  await client.close();
  await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce());
  expect(calls.inFlight).toBe(0);
});

it('shutdown aborts every call', async () => {
  const { calls, client, aborted } = await connect();
  const call = client.callTool({ name: 'wait' }, { timeout: 60_000 });
  call.catch(() => undefined);
  await vi.waitFor(() => expect(calls.inFlight).toBe(1));
  await calls.close();
  expect(calls.inFlight).toBe(0);
  await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce());
  await client.close();
});
