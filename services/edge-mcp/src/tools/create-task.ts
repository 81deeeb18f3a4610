// The tool that the whole story hangs on: an agent asks for work and gets its result, all in the agent's own trace.
import { randomUUID } from 'node:crypto';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { RestApiError } from '@trace-mesh/rest-api/client';
import { activeTraceId } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import type { Deps } from '../app.ts';
import { TASK_TIMEOUT_MS, waitForTask } from '../wait-for-task.ts';

const Input = z.object({
  prompt: z.string().min(1).describe('What the model is asked'),
  taskId: z
    .uuid()
    .optional()
    .describe('An id of your choosing; a call repeated with it is answered by the same task'),
});
const Output = z.object({
  taskId: z.uuid(),
  traceId: z.string().optional().describe('The trace of this call, where tracing is on'),
  result: z.string(),
  costUsd: z.number(),
});

export function registerCreateTask(server: McpServer, deps: Deps): void {
  const config = {
    title: 'Create a task',
    description: 'Runs a prompt on a model and answers with the result and its cost.',
    inputSchema: Input,
    outputSchema: Output,
  };
  server.registerTool('create_task', config, async (input, ctx) => {
    const output = await createTask(deps, input, ctx).catch(explain);
    if ('failure' in output) return { isError: true, content: [{ type: 'text', text: output.failure }] };
    return { structuredContent: output, content: [{ type: 'text', text: output.result }] };
  });
}

async function createTask(deps: Deps, input: z.infer<typeof Input>, ctx: ServerContext) {
  const { tenantId, userId } = deps.identity;
  const taskId = input.taskId ?? randomUUID();
  const traceId = activeTraceId();
  const signal = AbortSignal.any([ctx.mcpReq.signal, AbortSignal.timeout(TASK_TIMEOUT_MS)]);
  const report = progressOf(ctx);

  await using waiter = await waitForTask(deps, taskId, (event) => report(`task ${event.status}`), signal);
  await deps.api.createTask({ taskId, prompt: input.prompt, tenantId, userId }, signal);
  report('task queued');
  const end = await waiter.ended;
  if (end.status === 'failed') return { failure: end.error ?? 'the task failed' };
  deps.logger.info({ taskId }, 'a task was answered');
  const costUsd = (end.costMicroUsd ?? 0) / 1_000_000;
  return { taskId, ...(traceId && { traceId }), result: end.result ?? '', costUsd };
}

/** Progress notifications, for a caller who asked for them; steps count up from 1. */
function progressOf(ctx: ServerContext): (message: string) => void {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    progress += 1;
    void ctx.mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken, progress, message },
    });
  };
}

/** What the agent is told of an expected failure; anything else goes on as it is. */
function explain(error: unknown): { failure: string } {
  if (error instanceof RestApiError) return { failure: `${error.title}: ${error.message}` };
  if ((error as Error).name === 'TimeoutError')
    return { failure: 'the task has not ended in time; it goes on' };
  throw error;
}
