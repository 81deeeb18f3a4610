// Pushes while what carries them dies, restarts or freezes: whoever listens hears of the end of its task, over the published
// client, from the log or because the client is told to fetch it.
import { randomUUID } from 'node:crypto';
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { createRestApiClient, type RestApiClient } from '@trace-mesh/rest-api/client';
import { openRedis } from '@trace-mesh/runtime/redis';
import { AGENT_TENANT } from '@trace-mesh/scenarios/tokens';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createHubClient, type HubClient } from '@trace-mesh/ws-hub/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { tokens } from '../tokens.ts';

const logger = createLogger({ write: () => undefined });
const eventually = { timeout: 30_000, interval: 50 };
const opened = new AsyncDisposableStack();
let mesh: Mesh;
let api: RestApiClient;
let hub: HubClient;

// A mesh of its own: parts of it die, and the other tests' mesh must not.
beforeAll(async () => {
  mesh = opened.use(await startMesh({ only: ['cost-ledger', 'rest-api', 'worker', 'ws-hub'] }));
  api = createRestApiClient(mesh.endpoints['rest-api'], () => tokens.bearer());
  hub = opened.use(
    createHubClient(mesh.endpoints['ws-hub'], { agentId: 'test', token: tokens.token }, logger),
  );
}, 60_000);
afterAll(() => opened.disposeAsync());

const part = (name: string) => {
  const found = mesh.processes.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};

/** Listens to a task, makes it, does `meanwhile`, and answers how its end was heard of. */
async function hearOfEnd(prompt: string, meanwhile: () => Promise<void>): Promise<'pushed' | 'fetched'> {
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

it('hears of tasks again after Redis has restarted, and was sent away to come back', async () => {
  const dying = hearOfEnd('across a restart [[slow:3000]]', async () => {
    await part('redis').kill();
    await part('redis').start();
  });
  expect(['pushed', 'fetched']).toContain(await dying);
  expect(await hearOfEnd('afterwards', done)).toBe('pushed');
}, 60_000);

it('files the ends of tasks again after Redis has lost its consumer groups', async () => {
  const { REDIS_URL = '' } = part('worker').spec.env;
  await part('redis').restart();
  await using redis = openRedis(REDIS_URL, logger);
  const { taskId } = await api.createTask({ prompt: 'filed' });
  await vi.waitFor(async () => expect(await redis.exists(`task-end:${taskId}`)).toBe(1), eventually);
}, 60_000);

it('hears of a task that ended while the hub was dead', async () => {
  const heard = await hearOfEnd('while it is dead [[slow:1000]]', async () => {
    await part('ws-hub').kill();
    await part('ws-hub').start();
  });
  expect(['pushed', 'fetched']).toContain(heard);
  expect(await hearOfEnd('afterwards', done)).toBe('pushed');
}, 60_000);

it('hears of a task that ended while the hub was frozen, and can listen while it is', async () => {
  const heard = await hearOfEnd('while it is frozen [[slow:500]]', async () => {
    const { taskId } = await api.createTask({ prompt: 'a witness [[slow:1000]]' });
    await part('ws-hub').pause();
    const ended = async () => expect((await api.getTask(taskId)).status).toBe('done');
    await vi.waitFor(ended, eventually);
    await part('ws-hub').resume();
  });
  expect(heard).toBe('pushed');
}, 60_000);
