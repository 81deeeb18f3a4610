// edge-mcp on a real port with a real client in both eras; rest-api and the hub are fakes.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { openTestAccess } from '@trace-mesh/access/testing';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { listen } from '@trace-mesh/runtime/listen';
import { createLogger } from '@trace-mesh/tracing/logger';
import type { TaskEventListener } from '@trace-mesh/ws-hub/client';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createApp, MAX_BODY_BYTES } from './app.ts';
import type { Deps } from './deps.ts';

const ERAS = {
  modern: { mode: { pin: '2026-07-28' } },
  legacy: { mode: 'legacy' },
} as const;
type Era = keyof typeof ERAS;

const TASK_ID = '0197b1f0-7b4e-7c3a-9d53-2a1f4f0f6d11';
const task = {
  taskId: TASK_ID,
  tenantId: 'acme',
  result: 'blue',
  error: null,
  failure: null,
  costMicroUsd: 7,
};

const access = openTestAccess();
afterAll(() => access[Symbol.dispose]());

/** Dependencies that succeed; a test replaces what it is about. */
function fakes() {
  const listeners = new Map<string, TaskEventListener>();
  const seen: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined } = {};
  const accepted = Promise.withResolvers<void>();
  const api = {
    async createTask(_task: unknown, signal?: AbortSignal, timeoutMs?: number) {
      Object.assign(seen, { signal, timeoutMs });
      accepted.resolve();
      return { taskId: TASK_ID };
    },
    async getTask() {
      return { ...task, status: 'done' as const };
    },
  };
  const hub = {
    isOpen: () => true,
    answers: async () => {},
    async listen({ taskId }: { taskId: string }, listener: TaskEventListener) {
      listeners.set(taskId, listener);
      return { [Symbol.asyncDispose]: async () => void listeners.delete(taskId) };
    },
    async [Symbol.asyncDispose]() {},
  };
  const end = (status: 'done' | 'failed') =>
    listeners.get(TASK_ID)?.onEvent({
      taskId: TASK_ID,
      tenantId: 'acme',
      status,
      ...(status === 'done' ? { result: 'blue', costMicroUsd: 7 } : { error: 'the model refused' }),
    });
  return { api, hub, listeners, seen, accepted: accepted.promise, end };
}

async function serve(deps: Pick<ReturnType<typeof fakes>, 'hub'> & { api: Partial<Deps['api']> }) {
  const logger = createLogger({ write: () => {} });
  const resource = { url: new URL('http://127.0.0.1/mcp'), issuer: 'http://localhost/issuer' };
  const apiFor = () => deps.api as Deps['api'];
  const app = createApp({ ...access.gate, apiFor, hub: deps.hub, logger, resource });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const stack = new AsyncDisposableStack();
  stack.use(server);
  stack.use(app);
  // A client's unused connection would keep the server open for seconds.
  stack.defer(() => server.server.closeAllConnections());
  return Object.assign(stack, { url: `http://127.0.0.1:${server.port}/mcp` });
}

async function connect(url: string, era: Era) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: ERAS[era] });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: access.bearer() } },
  });
  await client.connect(transport);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

const call = { name: 'create_task', arguments: { prompt: 'Name a colour.', taskId: TASK_ID } };

describe.each(['modern', 'legacy'] as const)('edge-mcp, %s era', (era) => {
  it('a call returns structured content, and sends its progress before', async () => {
    const mesh = fakes();
    await using server = await serve(mesh);
    await using client = await connect(server.url, era);
    const progress: unknown[] = [];
    const answer = client.callTool(call, { onprogress: (step) => void progress.push(step.message) });
    await mesh.accepted;
    mesh.end('done');
    expect((await answer).structuredContent).toEqual({ taskId: TASK_ID, result: 'blue', costUsd: 0.000007 });
    expect(progress).toContain('task queued');
  });

  it('a cancelled call aborts its wait, the calls in flight and its subscription', async () => {
    const mesh = fakes();
    await using server = await serve(mesh);
    await using client = await connect(server.url, era);
    const cancel = new AbortController();
    const answer = client.callTool(call, { signal: cancel.signal });
    await mesh.accepted;
    cancel.abort('enough');
    await expect(answer).rejects.toThrow('enough');
    await vi.waitFor(() => expect(mesh.listeners.size).toBe(0));
    expect(mesh.seen.signal?.aborted).toBe(true);
    // The accepted task continues, and can be read.
    const { contents } = await client.readResource({ uri: `task://${TASK_ID}` });
    expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({
      status: 'done',
      result: 'blue',
    });
  });

  it('a call can be cancelled while its task is being created', async () => {
    const mesh = fakes();
    const called = Promise.withResolvers<AbortSignal>();
    const createTask = (_task: unknown, signal?: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        if (signal) called.resolve(signal);
      });
    await using server = await serve({ ...mesh, api: { ...mesh.api, createTask } });
    await using client = await connect(server.url, era);
    const cancel = new AbortController();
    const answer = client.callTool(call, { signal: cancel.signal });
    const signal = await called.promise;
    cancel.abort('enough');
    await expect(answer).rejects.toThrow('enough');
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
    expect((await client.listTools()).tools.map((tool) => tool.name)).toContain('create_task');
  });

  it('a failed task is a result with isError', async () => {
    const mesh = fakes();
    await using server = await serve(mesh);
    await using client = await connect(server.url, era);
    const answer = client.callTool(call);
    await mesh.accepted;
    mesh.end('failed');
    expect(await answer).toMatchObject({ isError: true, content: [{ text: 'the model refused' }] });
  });

  it('calls downstream get the remaining time', async () => {
    const mesh = fakes();
    await using server = await serve(mesh);
    await using client = await connect(server.url, era);
    const answer = client.callTool(call);
    await mesh.accepted;
    mesh.end('done');
    await answer;
    expect(mesh.seen.timeoutMs).toBeGreaterThan(0);
    expect(mesh.seen.timeoutMs).toBeLessThanOrEqual(60_000);
  });

  it('the argument of a prompt completes', async () => {
    await using server = await serve(fakes());
    await using client = await connect(server.url, era);
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'explain' },
      argument: { name: 'audience', value: 'an e' },
    });
    expect(completion.values).toEqual(['an engineer', 'an executive']);
    const { messages } = await client.getPrompt({
      name: 'explain',
      arguments: { topic: 'spans', audience: 'a child' },
    });
    expect(messages[0]?.content).toMatchObject({ text: 'Explain spans to a child, in three sentences.' });
  });

  it('a task that rest-api does not have is a resource that is not found', async () => {
    const mesh = fakes();
    const getTask = async () => Promise.reject(new RestApiError(404, 'not found', 'there is none'));
    await using server = await serve({ ...mesh, api: { ...mesh.api, getTask } });
    await using client = await connect(server.url, era);
    await expect(client.readResource({ uri: `task://${TASK_ID}` })).rejects.toThrow(/not found/i);
    await expect(client.readResource({ uri: 'task://none' })).rejects.toThrow(/not found/i);
  });

  it('a body above the limit is refused', async () => {
    await using server = await serve(fakes());
    await using client = await connect(server.url, era);
    const prompt = 'x'.repeat(MAX_BODY_BYTES);
    await expect(client.callTool({ name: 'create_task', arguments: { prompt } })).rejects.toThrow(
      /413|large/i,
    );
  });
});

describe('a session of the 2025 era', () => {
  it('has an id from initialize on; in the 2026 era there is none', async () => {
    await using server = await serve(fakes());
    await using client = await connect(server.url, 'legacy');
    expect(client.transport?.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    await using modern = await connect(server.url, 'modern');
    expect(modern.transport?.sessionId).toBeUndefined();
  });

  it('cannot cancel a call of another session with the same id', async () => {
    const mesh = fakes();
    await using server = await serve(mesh);
    await using client = await connect(server.url, 'legacy');
    await using other = await connect(server.url, 'legacy');
    const answer = client.callTool(call);
    await mesh.accepted;
    for (const requestId of [0, 1, 2, 3]) {
      await other.notification({ method: 'notifications/cancelled', params: { requestId } });
    }
    mesh.end('done');
    expect((await answer).structuredContent).toMatchObject({ result: 'blue' });
  });
});
