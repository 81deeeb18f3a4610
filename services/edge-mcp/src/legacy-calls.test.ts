// Whatever ends a call of the 2025 era, nothing of it stays.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createLogger } from '@trace-mesh/tracing/logger';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { createRedisMock } from 'js-redis-server';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Cancellations, joinCancellations } from './cancellations.ts';
import { LegacyCalls } from './legacy-calls.ts';

const logger = createLogger({ write: () => undefined });

/** One instance with a tool that runs until it is aborted, behind `LegacyCalls`. */
function instance(others?: Cancellations) {
  const calls = new LegacyCalls(others);
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
  return { calls, aborted, serve: calls.withSessions(handler.fetch) };
}

/** A client without a network; `serve` handles its requests. */
async function connectTo(serve: ReturnType<typeof instance>['serve']) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
      fetch: (url, init) => serve(new Request(url, init)),
    }),
  );
  return client;
}

async function connect() {
  const { calls, aborted, serve } = instance();
  return { calls, client: await connectTo(serve), aborted };
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

describe('of two instances that each serve every other request', () => {
  const open = new AsyncDisposableStack();
  afterAll(() => open.disposeAsync());

  it('an unmodified client keeps its session, and a cancellation reaches its call as a child of its publication', async () => {
    await using tracing = startTestTracing();
    const redis = open.adopt(await createRedisMock({}), (server) => server.close());
    const scope = {
      logger,
      use: <T extends AsyncDisposable | Disposable>(resource: T) => open.use(resource),
    };
    const join = () => joinCancellations(redis.url, scope);
    const instances = [instance(await join()), instance(await join())];
    let requests = 0;
    const client = await connectTo((request) => {
      const { serve } = instances[requests++ % 2] as ReturnType<typeof instance>;
      return serve(request);
    });
    for (let n = 0; n < 3; n += 1) expect((await client.listTools()).tools).toHaveLength(2);
    const inFlight = () => instances.findIndex(({ calls }) => calls.inFlight === 1);
    const cancel = new AbortController();
    const call = client.callTool({ name: 'wait' }, { signal: cancel.signal });
    await vi.waitFor(() => expect(inFlight()).toBeGreaterThanOrEqual(0));
    const busy = inFlight();
    expect(requests % 2).not.toBe(busy);
    cancel.abort('enough');
    await expect(call).rejects.toThrow('enough');
    await vi.waitFor(() => expect(instances[busy]?.aborted).toHaveBeenCalledOnce());
    expect(instances.map(({ calls }) => calls.inFlight)).toEqual([0, 0]);
    // Both instances receive it.
    await vi.waitFor(() => expect(tracing.spans('process mcp-cancellations')).toHaveLength(2));
    const [published] = tracing.spans('publish mcp-cancellations');
    for (const { parentSpanContext } of tracing.spans('process mcp-cancellations'))
      expect(parentSpanContext?.spanId).toBe(published?.spanContext().spanId);
  });
});
