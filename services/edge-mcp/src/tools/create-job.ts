// Work that nobody waits for: the job runs in a trace of its own, which links to this call's.
import type { McpServer } from '@modelcontextprotocol/server';
import { activeTraceId } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import type { Deps } from '../app.ts';
import { answer, limitsOf, REQUEST_TIMEOUT_MS } from '../call.ts';

const Input = z.object({
  prompt: z.string().min(1).describe('What the model is asked'),
  jobId: z
    .uuid()
    .optional()
    .describe('An id of your choosing; a call repeated with it is answered by the same job'),
});
const Output = z.object({
  jobId: z.uuid().describe('Ask get_job by it'),
  traceId: z.string().optional().describe('The trace of this call, where tracing is on; the job has another'),
});

export function registerCreateJob(server: McpServer, { api, logger }: Deps): void {
  const config = {
    title: 'Create a job',
    description: 'Starts a prompt on a model in the background and answers at once.',
    inputSchema: Input,
    outputSchema: Output,
  };
  server.registerTool('create_job', config, (input, ctx) => {
    const { signal, timeoutMs } = limitsOf(ctx, REQUEST_TIMEOUT_MS);
    const traceId = activeTraceId();
    const created = api.createJob(input, signal, timeoutMs());
    return answer(
      { logger, signal },
      created.then((job) => ({ ...job, ...(traceId && { traceId }) })),
      ({ jobId }) => `job ${jobId}`,
    );
  });
}
