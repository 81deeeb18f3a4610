// A caller over MCP: one tool call, which answers with the end of its task; called again with the same id until it does.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { fromToolError } from '@trace-mesh/tracing/error-carriers';
import { z } from 'zod';
import { tokens } from '../tokens.ts';
import type { ChaosMesh } from './chaos-mesh.ts';
import { type Asked, noteEnd } from './request-log.ts';
import { kindOf, PATIENCE_MS, persistently } from './user.ts';

/** The revision without a session: one client serves all calls of a tenant, across restarts of the edge. */
const REVISION = '2026-07-28';
const MICRO = 1_000_000;
const Answer = z.object({ result: z.string(), costUsd: z.number() });

/** Connects while the mesh is well. */
export async function openMcpClient({ endpoints }: ChaosMesh, tenantId: string): Promise<Client> {
  const requestInit = { headers: { authorization: tokens.bearer({ tenantId }) } };
  const transport = new StreamableHTTPClientTransport(new URL(endpoints['edge-mcp']), { requestInit });
  const versionNegotiation = { mode: { pin: REVISION } };
  const client = new Client({ name: 'chaos', version: '0.1.0' }, { versionNegotiation });
  await client.connect(transport);
  return client;
}

/** Calls `create_task` until it answers with the end of the task; rejects when patience is over. */
export async function askOverMcp(client: Client, asked: Asked, prompt: string): Promise<void> {
  const { taskId } = asked;
  const call = { name: 'create_task', arguments: { prompt, taskId } };
  await persistently(
    async () => {
      const answer = await client.callTool(call, { timeout: PATIENCE_MS });
      if (!answer.isError) {
        const { result, costUsd } = Answer.parse(answer.structuredContent);
        const costMicroUsd = Math.round(costUsd * MICRO);
        return noteEnd(asked, { via: 'answer', status: 'done', result, costMicroUsd });
      }
      const error = fromToolError(answer);
      if (error?.code !== 'task_failed') throw error ?? new Error(JSON.stringify(answer.content));
      noteEnd(asked, { via: 'answer', status: 'failed', result: null, costMicroUsd: null });
    },
    (error) => void asked.failures.push(kindOf(error)),
  );
}
