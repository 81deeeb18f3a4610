import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { listen } from '@trace-mesh/runtime/listen';
import { allowOrigin } from '@trace-mesh/tracing/egress';
import { callTool } from '@trace-mesh/tracing/mcp';
import express from 'express';
import { Desk, type Transport } from '../transport.ts';
import { carryServer, newClient, TOOL } from './mcp-carry.ts';

/** Row 2: `params._meta`; the HTTP request that brought the call is a link. */
export const mcpHttp: Transport = {
  name: 'mcp over http',
  path: [`server tools/call ${TOOL}`, `client tools/call ${TOOL}`],
  links: ['server POST /mcp'],
  fallback: 'server POST /mcp',
  baggage: 'allow-list',
  carriesMcp: false,
  async open() {
    const desk = new Desk();
    const handler = createMcpHandler(() => carryServer(desk, 'http'));
    const app = express().all('/mcp', toNodeHandler(handler));
    const http = await listen(app, { host: '127.0.0.1', port: 0 });
    const client = newClient();
    allowOrigin(`http://127.0.0.1:${http.port}`);
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${http.port}/mcp`)));
    return {
      carry: (work) => desk.carry(work, (id) => callTool(client, { name: TOOL, arguments: { id } })),
      async [Symbol.asyncDispose]() {
        await client.close();
        await handler.close();
        await http[Symbol.asyncDispose]();
      },
    };
  },
};
