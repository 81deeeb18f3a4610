// The work that most WebSocket and Redis scenarios watch: one task, made over REST, its events heard on sockets.
import { randomUUID } from 'node:crypto';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import type { FireOptions } from './scenario.ts';
import type { TaskListener } from './task-listener.ts';

/** Subscribes the listeners to a new task, then makes it; resolves once rest-api has accepted it. */
export async function startTask(
  { endpoints, prompt, signal }: FireOptions,
  ...listeners: TaskListener[]
): Promise<string> {
  const taskId = randomUUID();
  for (const listener of listeners) await listener.ask('subscribe', { taskId }, 'subscribed');
  const api = createRestApiClient(endpoints['rest-api']);
  await api.createTask({ taskId, prompt, tenantId: 'demo' }, signal);
  return taskId;
}
