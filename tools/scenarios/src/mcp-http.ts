// MCP over Streamable HTTP, in both eras of the protocol: the context is in `_meta` and wins over the HTTP headers.
import { callTool, getPrompt, readResource } from '@trace-mesh/tracing/mcp';
import { z } from 'zod';
import { ERAS, type Era, withMcpClient } from './agent-clients.ts';
import { client, type FireOptions, link, parent, type Scenario, server } from './scenario.ts';

function scenario(era: Era, title: string, teaches: string): Scenario {
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
      parent(1, 'http', client('edge-mcp', 'POST'), server('rest-api', 'POST /api/tasks')),
      parent(1, 'http', client('edge-mcp', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
    ],
    fire: (options) => fire(options, era),
  };
}

export const mcpHttpModern = scenario(
  'modern',
  'A prompt, a tool and a resource over MCP without sessions',
  'MCP carries context in params._meta, which wins over the HTTP headers; the HTTP span is linked, not lost.',
);
export const mcpHttpLegacy = scenario(
  'legacy',
  'The same over the MCP of 2025, which begins with a handshake',
  'The same carrier in the revision with sessions: they change nothing about the trace.',
);

function fire(options: FireOptions, era: Era): Promise<Record<string, unknown>> {
  const { prompt, signal } = options;
  return withMcpClient(
    options,
    async (mcp) => {
      const arguments_ = { topic: prompt, audience: 'an engineer' };
      const { messages } = await getPrompt(mcp, { name: 'explain', arguments: arguments_ }, { signal });
      const { text } = Text.parse(messages[0]?.content);
      const task = { prompt: text, taskId: options.newTaskId() };
      const answer = await callTool(mcp, { name: 'create_task', arguments: task }, { signal });
      const { taskId, costUsd } = Answer.parse(answer.structuredContent);
      const { contents } = await readResource(mcp, { uri: `task://${taskId}` }, { signal });
      const { status, result } = Stored.parse(JSON.parse(Text.parse(contents[0]).text));
      return { taskId, status, result, costUsd };
    },
    era,
  );
}

const Text = z.object({ text: z.string() });
const Answer = z.object({ taskId: z.uuid(), costUsd: z.number() });
const Stored = z.object({ status: z.string(), result: z.string() });
