// MCP over Streamable HTTP in both eras of the protocol, where the context is in `_meta` and wins over the HTTP headers, and over
// stdio, where there are no headers.
import { fileURLToPath } from 'node:url';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { callTool, getPrompt, readResource } from '@trace-mesh/tracing/mcp';
import { z } from 'zod';
import { ERAS, type Era, withMcpClient, withTransport } from './mcp-client.ts';
import { client, link, parent, type Scenario, server } from './scenario.ts';

const createsTask = parent(1, 'http', client('edge-mcp', 'POST'), server('rest-api', 'POST /api/tasks'));

const Text = z.object({ text: z.string() });
const Created = z.object({ taskId: z.uuid(), costUsd: z.number() });
const Stored = z.object({ status: z.string(), result: z.string() });

function overHttp(era: Era, title: string, teaches: string): Scenario {
  const version = { 'mcp.protocol.version': ERAS[era] };
  const httpCall = server('edge-mcp', 'POST /mcp');
  const hops = ['prompts/get explain', 'tools/call create_task', 'resources/read'].flatMap((name) => [
    parent(2, 'mcp', client('agent', name, version), server('edge-mcp', name, version)),
    link(2, 'mcp', httpCall, server('edge-mcp', name, version)),
  ]);
  return {
    name: `mcp-http-${era}`,
    title,
    teaches,
    rows: [2],
    makesTask: true,
    edges: [
      ...hops,
      createsTask,
      parent(1, 'http', client('edge-mcp', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
    ],
    fire: (options) =>
      withMcpClient(
        options,
        async (mcp) => {
          const { prompt: topic, signal } = options;
          const question = { name: 'explain', arguments: { topic, audience: 'an engineer' } };
          const { messages } = await getPrompt(mcp, question, { signal });
          const { text } = Text.parse(messages[0]?.content);
          const task = { prompt: text, taskId: options.newTaskId() };
          const answer = await callTool(mcp, { name: 'create_task', arguments: task }, { signal });
          const { taskId, costUsd } = Created.parse(answer.structuredContent);
          const { contents } = await readResource(mcp, { uri: `task://${taskId}` }, { signal });
          const { status, result } = Stored.parse(JSON.parse(Text.parse(contents[0]).text));
          return { taskId, status, result, costUsd };
        },
        era,
      ),
  };
}

export const mcpHttpModern = overHttp(
  'modern',
  'A prompt, a tool and a resource over MCP without sessions',
  'MCP carries context in params._meta, which wins over the HTTP headers; the HTTP span is linked, not lost.',
);
export const mcpHttpLegacy = overHttp(
  'legacy',
  'The same over the MCP of 2025, which begins with a handshake',
  'The same carrier in the revision with sessions: they change nothing about the trace.',
);

const pipeCall = server('edge-mcp', 'tools/call create_task', { 'network.transport': 'pipe' });

export const mcpStdio: Scenario = {
  name: 'mcp-stdio',
  title: 'A tool of a server that the agent starts as its child',
  teaches: 'A pipe has no headers at all, so _meta alone carries the context.',
  rows: [3],
  makesTask: true,
  edges: [
    parent(3, 'mcp', client('agent', 'tools/call create_task'), pipeCall),
    parent(3, 'http', pipeCall, client('edge-mcp', 'POST')),
    createsTask,
  ],
  async fire({ endpoints, tokens, prompt, signal, env, newTaskId }) {
    const defined = Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: ['--import', '@trace-mesh/tracing/register', 'src/stdio.ts'],
      cwd: fileURLToPath(new URL('../../../services/edge-mcp', import.meta.url)),
      env: {
        ...Object.fromEntries(defined),
        OTEL_SERVICE_NAME: 'edge-mcp',
        REST_API_URL: endpoints['rest-api'],
        WS_HUB_URL: endpoints['ws-hub'],
        KEYS_DIR: env.MESH_KEYS_DIR ?? '',
        MESH_TOKEN: tokens.token(),
      },
    });
    const task = { name: 'create_task', arguments: { prompt, taskId: newTaskId() } };
    const options = { signal, onprogress: () => {} };
    const answer = await withTransport(transport, (mcp) => callTool(mcp, task, options));
    return Created.extend({ result: z.string() }).parse(answer.structuredContent);
  },
};
