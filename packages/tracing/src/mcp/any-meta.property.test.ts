// Whatever a peer puts into `_meta`, tracing neither throws nor changes the outcome, on either end.
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { afterAll, expect, it, vi } from 'vitest';
import { anyJson, anyText, traceparents } from '../arbitraries.fixture.ts';
import { MCP_ERROR_META } from '../errors/carriers.ts';
import { startTestTracing } from '../testing.ts';
import { callTool, traceMcpClient } from './client.ts';
import { INITIALIZE, rawStdio } from './mcp.fixture.ts';
import { META_KEYS } from './meta.ts';
import { traceMcpServer } from './server.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

/** The SDK drops a message whose `_meta` is not an object. */
const metas = fc.oneof(
  anyJson.filter((json) => typeof json === 'object' && json !== null && !Array.isArray(json)),
  fc.dictionary(
    fc.constantFrom(...META_KEYS, MCP_ERROR_META, 'own'),
    fc.oneof(anyJson, anyText, traceparents),
  ),
);

it('a server responds to every request, and ends its span unless the caller does not sample', async () => {
  const { near, answers } = await rawStdio();
  await near.send(INITIALIZE);
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  await fc.assert(
    fc.asyncProperty(
      metas,
      fc.constantFrom('tools/call', 'prompts/get', 'made/up'),
      async (_meta, method) => {
        tracing.reset();
        answers.length = 0;
        const request = { jsonrpc: '2.0', id: 2, method, params: { name: 'echo', _meta } };
        await near.send(request as never);
        await vi.waitFor(() => expect(answers).toMatchObject([{ id: 2 }]), { interval: 1 });
        const spans = ['tools/call', 'tools/call echo', 'prompts/get', '_OTHER'].flatMap(tracing.spans);
        const { traceparent } = _meta as { traceparent?: unknown };
        const isUnsampled = typeof traceparent === 'string' && /^00-\w{32}-\w{16}-0[02]$/.test(traceparent);
        expect(spans).toHaveLength(isUnsampled ? 0 : 1);
      },
    ),
    { numRuns: 100 },
  );
});

/** A server of the 2025 era that responds to a tool call with `result`, and to nothing else. */
async function connectTo(client: Client, respond: () => object) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const responses: unknown[] = [];
  far.onmessage = (message) => {
    if (!('method' in message)) return void responses.push(message);
    if (!('id' in message)) return;
    const { id, method } = message;
    const server = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 's', version: '1' },
    };
    const result = method === 'initialize' ? server : respond();
    void far.send({ jsonrpc: '2.0', id, result } as never);
  };
  await far.start();
  await client.connect(near);
  return { far, responses };
}

const newClient = () => {
  const options = { capabilities: { roots: {} }, versionNegotiation: { mode: 'legacy' } } as const;
  return new Client({ name: 'test', version: '1' }, options);
};

it('a client responds to every request of a server', async () => {
  const client = traceMcpClient(newClient());
  client.setRequestHandler('roots/list', () => ({ roots: [] }));
  const { far, responses } = await connectTo(client, () => ({}));
  await fc.assert(
    fc.asyncProperty(metas, async (_meta) => {
      responses.length = 0;
      await far.send({ jsonrpc: '2.0', id: 7, method: 'roots/list', params: { _meta } } as never);
      await vi.waitFor(() => expect(responses).toMatchObject([{ id: 7 }]), { interval: 1 });
    }),
    { numRuns: 100 },
  );
});

it('callTool has the outcome of the plain client, whatever _meta a result has', async () => {
  const [traced, plain] = [newClient(), newClient()];
  let result = {};
  await connectTo(traced, () => result);
  await connectTo(plain, () => result);
  const outcome = (call: Promise<unknown>) => call.catch((error: Error) => error.message);
  await fc.assert(
    fc.asyncProperty(metas, fc.boolean(), async (_meta, isError) => {
      result = { content: [], isError, _meta };
      const params = { name: 'tool' };
      expect(await outcome(callTool(traced, params))).toEqual(await outcome(plain.callTool(params)));
    }),
    { numRuns: 100 },
  );
});

it('a server sends every input request of a result with its method, and with its params where they are no object', async () => {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const sent: { result: { inputRequests: unknown } }[] = [];
  near.onmessage = (message) => void sent.push(message as never);
  await near.start();
  const { server } = traceMcpServer(new McpServer({ name: 'test', version: '1' }), { transport: 'stdio' });
  await server.connect(far);
  const requests = fc.record({ method: anyJson, params: fc.oneof(anyJson, fc.record({ _meta: metas })) });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyJson, fc.dictionary(anyText, requests)), async (inputRequests) => {
      const message = { jsonrpc: '2.0', id: 1, result: { resultType: 'input_required', inputRequests } };
      await far.send(message as never);
      expect(withoutMeta(sent.pop()?.result.inputRequests)).toEqual(withoutMeta(inputRequests));
    }),
    { numRuns: 100 },
  );
});

/** The same requests without `_meta`, which the server completes. */
const withoutMeta = (requests: unknown): unknown =>
  typeof requests !== 'object' || requests === null
    ? requests
    : Object.entries(requests).map(([key, request]) => {
        const { params, ...rest } = Object(request) as { params?: unknown };
        const isObject = typeof (params ?? {}) === 'object' && !Array.isArray(params);
        return [key, rest, isObject ? { ...(params as object), _meta: undefined } : params];
      });
