// The state of a batch, item by item.
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerRequest, usd } from '../call.ts';
import type { Deps } from '../deps.ts';

const Input = z.object({ batchId: z.uuid().describe('From create_batch') });
const Item = z.object({
  taskId: z.uuid(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  result: z.string().nullable(),
  error: z.string().nullable(),
  costUsd: z.number().nullable(),
});
const Output = z.object({
  batchId: z.uuid(),
  status: z.enum(['running', 'done']).describe('done once every item has succeeded or failed'),
  items: z.array(Item).describe('In the order of the prompts'),
});

export function registerGetBatch(server: McpServer, { api, logger }: Deps): void {
  const config = {
    title: 'Get a batch',
    description: 'The state, result and cost of each task of a batch.',
    inputSchema: Input,
    outputSchema: Output,
    annotations: { readOnlyHint: true },
  };
  server.registerTool('get_batch', config, ({ batchId }, ctx) =>
    answerRequest(
      logger,
      ctx,
      async (...limits): Promise<z.infer<typeof Output>> => {
        const { status, items } = await api.getBatch(batchId, ...limits);
        const shown = items.map(({ costMicroUsd, ...item }) => ({ ...item, costUsd: usd(costMicroUsd) }));
        return { batchId, status, items: shown };
      },
      ({ status, items }) => {
        const ended = items.filter((item) => item.status === 'done' || item.status === 'failed');
        return `${status}: ${ended.length} of ${items.length} have ended`;
      },
    ),
  );
}
