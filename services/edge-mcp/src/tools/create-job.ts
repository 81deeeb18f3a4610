// Background work: the job runs in its own trace, which links to this call's.
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerRequest, traceOutput } from '../call.ts';
import type { Deps } from '../deps.ts';

const Input = z.object({
  prompt: z.string().min(1).describe('The prompt for the model'),
  jobId: z.uuid().optional().describe('An id of your choice; a repeated call with it returns the same job'),
});
const Output = z.object({
  jobId: z.uuid().describe('For get_job'),
  traceId: z.string().optional().describe('The trace of this call, where tracing is on; the job has another'),
});

export function registerCreateJob(server: McpServer, { api, logger }: Deps): void {
  const config = {
    title: 'Create a job',
    description: 'Starts a prompt on a model in the background and returns immediately.',
    inputSchema: Input,
    outputSchema: Output,
  };
  server.registerTool('create_job', config, (input, ctx) =>
    answerRequest(
      logger,
      ctx,
      async (...limits) => ({ ...(await api.createJob(input, ...limits)), ...traceOutput() }),
      ({ jobId }) => `job ${jobId}`,
    ),
  );
}
