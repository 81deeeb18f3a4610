// The work that most WebSocket and Redis scenarios watch: one task, made over REST, its events heard on sockets.
import { restApi } from './rest.ts';
import type { FireOptions } from './scenario.ts';
import type { TaskListener } from './task-listener.ts';

/** Subscribes the listeners to a new task, then makes it; resolves once rest-api has accepted it. */
export async function startTask(options: FireOptions, ...listeners: TaskListener[]): Promise<string> {
  const { prompt, signal } = options;
  const taskId = options.newTaskId();
  for (const listener of listeners) await listener.ask('subscribe', { taskId }, 'subscribed');
  await restApi(options).createTask({ taskId, prompt }, signal);
  return taskId;
}
