// The state of a job, and its traces.
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerRequest, usd } from '../call.ts';
import type { Deps } from '../deps.ts';

const Input = z.object({ jobId: z.uuid().describe('From create_job') });
const Output = z.object({
  jobId: z.uuid(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  result: z.string().nullable(),
  error: z.string().nullable(),
  costUsd: z.number().nullable(),
  jobTraceId: z.string().nullable().describe("The job's trace, once it has started"),
  submitterTraceId: z.string().nullable().describe('The trace of the call that created it'),
});

export function registerGetJob(server: McpServer, { api, logger }: Deps): void {
  const config = {
    title: 'Get a job',
    description: 'The state, result, cost and traces of a job.',
    inputSchema: Input,
    outputSchema: Output,
    annotations: { readOnlyHint: true },
  };
  server.registerTool('get_job', config, ({ jobId }, ctx) =>
    answerRequest(
      logger,
      ctx,
      async (...limits): Promise<z.infer<typeof Output>> => {
        const { status, result, error, costMicroUsd, traceId, submitterTraceId } = await api.getJob(
          jobId,
          ...limits,
        );
        return {
          jobId,
          status,
          result,
          error,
          costUsd: usd(costMicroUsd),
          jobTraceId: traceId,
          submitterTraceId,
        };
      },
      ({ status, result }) => result ?? status,
    ),
  );
}
