// The MCP server, one for each request (HTTP) or connection (stdio). One tool, prompt or resource per file.
import { McpServer } from '@modelcontextprotocol/server';
import { mcpContextOf } from '@trace-mesh/access/caller';
import { type TraceMcpOptions, traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import type { Deps } from './deps.ts';
import { registerExplain } from './prompts/explain.ts';
import { registerTaskResource } from './resources/task.ts';
import { registerCreateBatch } from './tools/create-batch.ts';
import { registerCreateJob } from './tools/create-job.ts';
import { registerCreateTask } from './tools/create-task.ts';
import { registerGetBatch } from './tools/get-batch.ts';
import { registerGetJob } from './tools/get-job.ts';

export function createMcpServer(deps: Deps, transport: TraceMcpOptions['transport']): McpServer {
  const server = new McpServer({ name: 'edge-mcp', version: '0.1.0' });
  traceMcpServer(server, { transport, identity: mcpContextOf(deps.identity) });
  registerCreateTask(server, deps);
  registerCreateBatch(server, deps);
  registerGetBatch(server, deps);
  registerCreateJob(server, deps);
  registerGetJob(server, deps);
  registerTaskResource(server, deps);
  registerExplain(server);
  return server;
}
