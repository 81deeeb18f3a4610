// A task created over REST, its end received over the socket.
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import { subscribe } from './agent-clients.ts';
import { restApi } from './rest.ts';
import type { FireOptions } from './scenario.ts';

type NewTask = Parameters<RestApiClient['createTask']>[0];

/** Creates a task and waits for its end; resolves with all pushes. The task's id makes the prompt unique. */
export async function runTaskOverRest(
  fire: FireOptions,
  prompt: string,
  options: Partial<NewTask> = {},
): Promise<{ taskId: string; end: TaskEvent; events: TaskEvent[] }> {
  const taskId = fire.newTaskId();
  const push = await subscribe(fire, taskId);
  const task = { taskId, prompt: `${prompt} (${taskId})`, ...options };
  try {
    await restApi(fire).createTask(task, fire.signal);
    return { taskId, end: await push.done, events: push.events };
  } finally {
    push.close();
  }
}
