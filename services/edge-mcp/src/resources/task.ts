// A task as a resource, for an agent that lost the result or cancelled the call.
import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { z } from 'zod';
import { asProtocolError, limitsOf, REQUEST_TIMEOUT_MS } from '../call.ts';
import type { Deps } from '../deps.ts';

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
