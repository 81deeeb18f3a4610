// edge-mcp over stdio: a client starts it as its child and speaks MCP on stdin and stdout. The same tools as over HTTP.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { runStdio } from '@trace-mesh/tracing/run-stdio';
import { createHubClient } from '@trace-mesh/ws-hub/client';
import { StdioConfig } from './config.ts';
import { createMcpServer } from './mcp-server.ts';

await runStdio(StdioConfig, process.env, async (config, { logger, use }) => {
  const api = createRestApiClient(config.REST_API_URL);
  const hub = use(createHubClient(config.WS_HUB_URL, { 'x-agent-id': 'edge-mcp' }, logger));
  const identity = { tenantId: config.TENANT_ID, userId: config.USER_ID };
  const onerror = (error: Error) => logger.warn({ err: error }, 'an MCP message was refused');
  const served = serveStdio(() => createMcpServer({ api, hub, identity, logger }, 'stdio'), { onerror });
  use({ [Symbol.asyncDispose]: () => served.close() });
});
