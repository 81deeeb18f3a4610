// MCP over stdio: the agent starts the server as its child. There are no headers, so only `_meta` carries context.
import { fileURLToPath } from 'node:url';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { callTool } from '@trace-mesh/tracing/mcp';
import { z } from 'zod';
import { withTransport } from './agent-clients.ts';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';

const PIPE = { 'network.transport': 'pipe' };
const toolCall = server('edge-mcp', 'tools/call create_task', PIPE);

export const mcpStdio: Scenario = {
  name: 'mcp-stdio',
  title: 'A tool of a server that the agent starts as its child',
  teaches: 'A pipe has no headers at all, so _meta alone carries the context.',
  rows: [3],
  makesTask: true,
  edges: [
    parent(3, 'mcp', client('agent', 'tools/call create_task'), toolCall),
    parent(3, 'http', toolCall, client('edge-mcp', 'POST')),
    parent(1, 'http', client('edge-mcp', 'POST'), server('rest-api', 'POST /api/tasks')),
  ],
  fire,
};

async function fire({
  endpoints,
  tokens,
  prompt,
  signal,
  env,
  newTaskId,
}: FireOptions): Promise<Record<string, unknown>> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', '@trace-mesh/tracing/register', 'src/stdio.ts'],
    cwd: fileURLToPath(new URL('../../../services/edge-mcp', import.meta.url)),
    env: {
      ...definedOf(env),
      OTEL_SERVICE_NAME: 'edge-mcp',
      REST_API_URL: endpoints['rest-api'],
      WS_HUB_URL: endpoints['ws-hub'],
      KEYS_DIR: env.MESH_KEYS_DIR ?? '',
      MESH_TOKEN: tokens.token(),
    },
  });
  const answer = await withTransport(transport, (mcp) =>
    callTool(
      mcp,
      { name: 'create_task', arguments: { prompt, taskId: newTaskId() } },
      { signal, onprogress: () => {} },
    ),
  );
  return Answer.parse(answer.structuredContent);
}

const definedOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const Answer = z.object({ taskId: z.uuid(), result: z.string(), costUsd: z.number() });
