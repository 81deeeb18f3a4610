// The work of most WebSocket and Redis scenarios: one task, created over REST, its events received on sockets.
import { restApi } from './rest.ts';
import type { FireOptions } from './scenario.ts';
import type { TaskListener } from './task-listener.ts';

/** Subscribes the listeners to a new task, then creates it; resolves once rest-api has accepted it. */
export async function startTask(options: FireOptions, ...listeners: TaskListener[]): Promise<string> {
  const { prompt, signal } = options;
  const taskId = options.newTaskId();
  for (const listener of listeners) await listener.request('subscribe', { taskId }, 'subscribed');
  await restApi(options).createTask({ taskId, prompt }, signal);
  return taskId;
}
