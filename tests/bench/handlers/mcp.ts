import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { traceMcpServer } from '@trace-mesh/tracing/mcp-server';
import express from 'express';
import { z } from 'zod';
import { mcpCaller } from '../callers.ts';
import { middleware, ours } from './ours.ts';
import { serveHttp } from './serve-http.ts';

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'bench', version: '1' });
  if (ours) traceMcpServer(server, { transport: 'http' });
  server.registerTool('work', { inputSchema: z.object({ item: z.number() }) }, ({ item }) => ({
    content: [{ type: 'text', text: String(item) }],
  }));
  return server;
});
await serveHttp(express().all('/mcp', ...middleware, toNodeHandler(handler)), mcpCaller);
