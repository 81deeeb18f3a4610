// The MCP server of one request; one tool per file.
import { McpServer } from '@modelcontextprotocol/server';
import { mcpContextOf } from '@trace-mesh/access/caller';
import { traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import type { CallDeps } from './deps.ts';
import { registerGreet } from './tools/greet.ts';

export function createMcpServer(deps: CallDeps): McpServer {
  const server = new McpServer({ name: '__name__', version: '0.1.0' });
  traceMcpServer(server, { transport: 'http', identity: mcpContextOf(deps.caller.identity) });
  registerGreet(server, deps);
  return server;
}
