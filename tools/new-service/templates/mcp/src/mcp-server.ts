// The MCP server, made anew for each request; one tool per file.
import { McpServer } from '@modelcontextprotocol/server';
import { type Caller, mcpContextOf } from '@trace-mesh/access/caller';
import type { Logger } from '@trace-mesh/tracing/logger';
import { traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import { registerGreet } from './tools/greet.ts';

/** What a server needs for one caller. */
export interface Call {
  caller: Caller;
  logger: Logger;
}

export function createMcpServer(call: Call): McpServer {
  const server = new McpServer({ name: '__name__', version: '0.1.0' });
  traceMcpServer(server, { transport: 'http', identity: mcpContextOf(call.caller.identity) });
  registerGreet(server, call);
  return server;
}
