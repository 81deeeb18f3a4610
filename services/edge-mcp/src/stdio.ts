// edge-mcp over stdio: a client starts it as its child and speaks MCP on stdin and stdout. The same tools as over HTTP. It
// runs on the agent's machine, outside the trust boundary: it has the agent's token and no other.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { runStdio } from '@trace-mesh/runtime/stdio';
import { createHubClient } from '@trace-mesh/ws-hub/client';
import { StdioConfig } from './config.ts';
import { identify } from './identify.ts';
import { createMcpServer } from './mcp-server.ts';

await runStdio(StdioConfig, process.env, async (config, { logger, use }) => {
  const token = config.MESH_TOKEN;
  const { identity } = identify(config);
  const api = createRestApiClient(config.REST_API_URL, () => `Bearer ${token}`);
  const hub = use(createHubClient(config.WS_HUB_URL, { agentId: 'edge-mcp', token: () => token }, logger));
  const onerror = (error: Error) => logger.warn({ err: error }, 'an MCP message was refused');
  const served = serveStdio(() => createMcpServer({ api, hub, identity, logger }, 'stdio'), { onerror });
  use({ [Symbol.asyncDispose]: () => served.close() });
});
