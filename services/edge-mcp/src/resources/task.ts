// A task as a resource: what an agent reads when it has lost the answer, or has cancelled the call that asked for it.
import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { z } from 'zod';
import type { Deps } from '../app.ts';
import { asProtocolError, limitsOf, REQUEST_TIMEOUT_MS } from '../call.ts';

const TaskId = z.uuid();

export function registerTaskResource(server: McpServer, { api, logger }: Deps): void {
  const template = new ResourceTemplate('task://{taskId}', { list: undefined });
  const config = {
    title: 'A task',
    description: 'State, result and cost of a task, by its id.',
    mimeType: 'application/json',
  };
  server.registerResource('task', template, config, async (uri, { taskId }, ctx) => {
    const id = TaskId.safeParse(taskId);
    if (!id.success) throw new ResourceNotFoundError(uri.href);
    const { signal, timeoutMs } = limitsOf(ctx, REQUEST_TIMEOUT_MS);
    const task = await api.getTask(id.data, signal, timeoutMs()).catch((error: unknown) => {
      if (error instanceof RestApiError && error.status === 404) throw new ResourceNotFoundError(uri.href);
      throw asProtocolError(logger, error);
    });
    return { contents: [{ uri: uri.href, mimeType: config.mimeType, text: JSON.stringify(task) }] };
  });
}
