// Pushes while Redis or the hub dies, restarts or freezes: a listener of the published client receives the end of its task, or is
// notified to fetch it.
import { randomUUID } from 'node:crypto';
import { createRestApiClient, type RestApiClient } from '@trace-mesh/rest-api/client';
import { openRedis } from '@trace-mesh/runtime/redis';
import { AGENT_TENANT } from '@trace-mesh/scenarios/tokens';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createHubClient, type HubClient } from '@trace-mesh/ws-hub/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { tokens } from '../../tokens.ts';
import { mesh, part } from './mesh.ts';

const logger = createLogger({ write: () => undefined });
const eventually = { timeout: 30_000, interval: 50 };
const opened = new AsyncDisposableStack();
let api: RestApiClient;
let hub: HubClient;

beforeAll(async () => {
  api = createRestApiClient(mesh.endpoints['rest-api'], () => tokens.bearer());
  hub = opened.use(
    createHubClient(mesh.endpoints['ws-hub'], { agentId: 'test', token: tokens.token }, logger),
  );
}, 60_000);
afterAll(() => opened.disposeAsync());

/** Listens to a task, creates it, runs `meanwhile`, and returns how its end arrived. */
async function awaitEnd(prompt: string, meanwhile: () => Promise<void>): Promise<'pushed' | 'fetched'> {
  const taskId = randomUUID();
  const ended = Promise.withResolvers<'pushed' | 'fetched'>();
  const started = Promise.withResolvers<void>();
  const fetchEnd = async () => {
    const task = await vi.waitFor(() => api.getTask(taskId), eventually);
    if (task.status === 'done') ended.resolve('fetched');
  };
  await using _ = await hub.listen(
    { taskId, tenantId: AGENT_TENANT },
    {
      onEvent({ status }) {
        started.resolve();
        if (status === 'done') ended.resolve('pushed');
      },
      onResumed: () => void fetchEnd().catch(ended.reject),
    },
  );
  await api.createTask({ taskId, prompt });
  await started.promise;
  await meanwhile();
  return await ended.promise;
}
const done = async () => {};

it('the end of a task arrives across a restart of Redis, and pushes work afterwards', async () => {
  const dying = awaitEnd('across a restart [[slow:3000]]', async () => {
    await part('redis').kill();
    await part('redis').start();
  });
  expect(['pushed', 'fetched']).toContain(await dying);
  expect(await awaitEnd('afterwards', done)).toBe('pushed');
}, 60_000);

it('the audit stream is consumed again after Redis has lost its consumer groups', async () => {
  const { REDIS_URL = '' } = part('worker').spec.env;
  await part('redis').restart();
  await using redis = openRedis(REDIS_URL, logger);
  const { taskId } = await api.createTask({ prompt: 'filed' });
  await vi.waitFor(async () => expect(await redis.exists(`task-end:${taskId}`)).toBe(1), eventually);
}, 60_000);

it('the end of a task arrives when the hub was dead at that time, and pushes work afterwards', async () => {
  const end = await awaitEnd('while it is dead [[slow:1000]]', async () => {
    await part('ws-hub').kill();
    await part('ws-hub').start();
  });
  expect(['pushed', 'fetched']).toContain(end);
  expect(await awaitEnd('afterwards', done)).toBe('pushed');
}, 60_000);

it('the end of a task is pushed when the hub was frozen at that time', async () => {
  const end = await awaitEnd('while it is frozen [[slow:500]]', async () => {
    const { taskId } = await api.createTask({ prompt: 'a witness [[slow:1000]]' });
    await part('ws-hub').pause();
    const ended = async () => expect((await api.getTask(taskId)).status).toBe('done');
    await vi.waitFor(ended, eventually);
    await part('ws-hub').resume();
  });
  expect(end).toBe('pushed');
}, 60_000);
