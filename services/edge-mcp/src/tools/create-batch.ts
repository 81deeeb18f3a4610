// Many prompts in one call. It returns an id immediately, so that the agent need not wait for the slowest.
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerRequest, traceOutput } from '../call.ts';
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
  server.registerTool('create_batch', config, (input, ctx) =>
    answerRequest(
      logger,
      ctx,
      async (...limits) => ({ ...(await api.createBatch(input, ...limits)), ...traceOutput() }),
      ({ batchId, taskIds }) => `batch ${batchId} with ${taskIds.length} tasks`,
    ),
  );
}
