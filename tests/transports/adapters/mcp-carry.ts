// What the two MCP adapters share: a server with one tool that runs the desk's work, and a client.
import { Client } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { type TraceMcpOptions, traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import { z } from 'zod';
import type { Desk } from '../transport.ts';

export const TOOL = 'carry';

export function carryServer(desk: Desk, transport: TraceMcpOptions['transport']): McpServer {
  const server = traceMcpServer(new McpServer({ name: 'carry', version: '0.1.0' }), { transport });
  server.registerTool(TOOL, { inputSchema: z.object({ id: z.string() }) }, async ({ id }) => {
    await desk.run(id);
    return { content: [{ type: 'text', text: id }] };
  });
  return server;
}

export const newClient = () =>
  new Client(
    { name: 'transport-tests', version: '0.1.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
