import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { listen } from '@trace-mesh/tracing/listen';
import { callTool } from '@trace-mesh/tracing/mcp';
import { traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import express from 'express';
import { z } from 'zod';
import { Desk, type Transport } from '../transport.ts';

/** Row 2: `params._meta`; the HTTP request that brought the call is a link. */
export const mcpHttp: Transport = {
  name: 'mcp over http',
  path: ['server tools/call carry', 'client tools/call carry'],
  links: ['server POST /mcp'],
  fallback: 'server POST /mcp',
  baggage: 'allow-list',
  carriesMcp: false,
  async open() {
    const desk = new Desk();
    const handler = createMcpHandler(() => carryServer(desk));
    const app = express().all('/mcp', toNodeHandler(handler));
    const http = await listen(app, { host: '127.0.0.1', port: 0 });
    const client = new Client(
      { name: 'transport-tests', version: '0.1.0' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${http.port}/mcp`)));
    return {
      carry: (work) => desk.carry(work, (id) => callTool(client, { name: 'carry', arguments: { id } })),
      async [Symbol.asyncDispose]() {
        await client.close();
        await handler.close();
        await http[Symbol.asyncDispose]();
      },
    };
  },
};

function carryServer(desk: Desk): McpServer {
  const server = new McpServer({ name: 'carry', version: '0.1.0' });
  server.registerTool('carry', { inputSchema: z.object({ id: z.string() }) }, async ({ id }) => {
    await desk.run(id);
    return { content: [{ type: 'text', text: id }] };
  });
  return traceMcpServer(server, { transport: 'http' });
}
