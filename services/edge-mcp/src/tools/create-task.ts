// Runs a prompt and waits for its result, in the agent's trace.
import { randomUUID } from 'node:crypto';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import type { Deadline } from '@trace-mesh/runtime/deadline';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import { z } from 'zod';
import { answer, limitsOf, progressOf, TaskFailed, traceOutput } from '../call.ts';
import type { Deps } from '../deps.ts';
import { TASK_TIMEOUT_MS, waitForTask } from '../wait-for-task.ts';

const Input = z.object({
  prompt: z.string().min(1).describe('The prompt for the model'),
  taskId: z.uuid().optional().describe('An id of your choice; a repeated call with it returns the same task'),
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
    description: 'Runs a prompt on a model and returns the result and its cost.',
    inputSchema: Input,
    outputSchema: Output,
  };
  server.registerTool('create_task', config, (input, ctx) => {
    const limits = limitsOf(ctx, TASK_TIMEOUT_MS);
    const call = { logger: deps.logger, signal: limits.signal };
    return answer(call, createTask(deps, input, ctx, limits), ({ result }) => result);
  });
}

async function createTask(
  deps: Deps,
  input: z.infer<typeof Input>,
  ctx: ServerContext,
  limits: Deadline,
): Promise<z.infer<typeof Output>> {
  const { tenantId } = deps.identity;
  const taskId = input.taskId ?? randomUUID();
  const report = progressOf(ctx, deps.logger);

  await using waiter = await waitForTask(
    deps,
    { taskId, tenantId },
    (event) => report(`task ${event.status}`),
    limits.signal,
  );
  await deps.api.createTask({ taskId, prompt: input.prompt }, limits.signal, limits.timeoutMs());
  report('task queued');
  const end = await waiter.ended;
  if (end.status === 'failed') {
    throw new TaskFailed(end.error ?? 'the task failed', { cause: fromFailure(end.failure) });
  }
  deps.logger.info({ taskId }, 'task answered');
  const costUsd = (end.costMicroUsd ?? 0) / 1_000_000;
  return { taskId, ...traceOutput(), result: end.result ?? '', costUsd };
}
