// Many prompts in one call. It returns an id immediately, so that the agent need not wait for the slowest.
import type { McpServer } from '@modelcontextprotocol/server';
import { activeTraceId } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import { answer, limitsOf, REQUEST_TIMEOUT_MS } from '../call.ts';
import type { Deps } from '../deps.ts';

const Input = z.object({
  prompts: z
    .array(z.string().min(1))
    .min(1)
    .max(100)
    .describe('The prompts for the model, one for each task'),
});
const Output = z.object({
  batchId: z.uuid().describe('For get_batch'),
  traceId: z.string().optional().describe('The trace of this call, where tracing is on'),
  taskIds: z.array(z.uuid()).describe('In the order of the prompts'),
});

export function registerCreateBatch(server: McpServer, { api, logger }: Deps): void {
  const config = {
    title: 'Create a batch',
    description: 'Starts one task for each prompt. The failure of one does not affect the others.',
    inputSchema: Input,
    outputSchema: Output,
  };
  server.registerTool('create_batch', config, ({ prompts }, ctx) => {
    const { signal, timeoutMs } = limitsOf(ctx, REQUEST_TIMEOUT_MS);
    const traceId = activeTraceId();
    const created = api.createBatch({ prompts }, signal, timeoutMs());
    return answer(
      { logger, signal },
      created.then((batch) => ({ ...batch, ...(traceId && { traceId }) })),
      ({ batchId, taskIds }) => `batch ${batchId} with ${taskIds.length} tasks`,
    );
  });
}
