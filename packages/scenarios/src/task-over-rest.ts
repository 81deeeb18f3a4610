// The agent's short way: a task over REST, and its end over the socket.
import { randomUUID } from 'node:crypto';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import { subscribe } from './agent-clients.ts';
import type { FireOptions } from './scenario.ts';

type NewTask = Parameters<ReturnType<typeof createRestApiClient>['createTask']>[0];

/** For whom the agent's tasks are run. */
export const AGENT_TENANT = 'demo';

/** Makes a task and waits for its end; answers every push. The task's id stands in the prompt, so that it is unique. */
export async function runTaskOverRest(
  { endpoints, signal }: FireOptions,
  prompt: string,
  options: Partial<NewTask> = {},
): Promise<{ taskId: string; end: TaskEvent; events: TaskEvent[] }> {
  const taskId = randomUUID();
  const push = await subscribe(endpoints['ws-hub'], taskId, signal);
  const api = createRestApiClient(endpoints['rest-api']);
  const task = { taskId, tenantId: AGENT_TENANT, prompt: `${prompt} (${taskId})`, ...options };
  try {
    await api.createTask(task, signal);
    return { taskId, end: await push.done, events: push.events };
  } finally {
    push.close();
  }
}
