// The MCP server, made anew for each request (HTTP) or connection (stdio); one tool per file under tools/.
import { McpServer } from '@modelcontextprotocol/server';
import { traceMcpServer } from '@trace-mesh/tracing/mcp';
import type { Deps } from './app.ts';
import { registerCreateTask } from './tools/create-task.ts';

export function createMcpServer(deps: Deps): McpServer {
  const server = new McpServer({ name: 'edge-mcp', version: '0.1.0' });
  registerCreateTask(server, deps);
  return traceMcpServer(server, { transport: 'http', identity: deps.identity });
}
