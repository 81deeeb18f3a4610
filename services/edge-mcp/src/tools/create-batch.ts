// Many prompts in one call. The answer comes at once, with an id to ask by: the agent need not wait for the slowest.
import type { McpServer } from '@modelcontextprotocol/server';
import { activeTraceId } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import type { Deps } from '../app.ts';
import { answer, limitsOf, REQUEST_TIMEOUT_MS } from '../call.ts';

const Input = z.object({
  prompts: z.array(z.string().min(1)).min(1).max(100).describe('What the model is asked, once for each'),
});
const Output = z.object({
  batchId: z.uuid().describe('Ask get_batch by it'),
  traceId: z.string().optional().describe('The trace of this call, where tracing is on'),
  taskIds: z.array(z.uuid()).describe('In the order of the prompts'),
});

export function registerCreateBatch(server: McpServer, { api, logger }: Deps): void {
  const config = {
    title: 'Create a batch',
    description: 'Starts one task for each prompt. An item that fails fails alone.',
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
