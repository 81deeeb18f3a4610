// The MCP server, made anew for each request (HTTP) or connection (stdio); one tool, prompt or resource per file.
import { McpServer } from '@modelcontextprotocol/server';
import { type TraceMcpOptions, traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import type { Deps } from './app.ts';
import { registerExplain } from './prompts/explain.ts';
import { registerTaskResource } from './resources/task.ts';
import { registerCreateTask } from './tools/create-task.ts';

export function createMcpServer(deps: Deps, transport: TraceMcpOptions['transport']): McpServer {
  const server = new McpServer({ name: 'edge-mcp', version: '0.1.0' });
  traceMcpServer(server, { transport, identity: deps.identity });
  registerCreateTask(server, deps);
  registerTaskResource(server, deps);
  registerExplain(server);
  return server;
}
