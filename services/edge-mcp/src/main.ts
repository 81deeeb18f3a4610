// edge-mcp: the public edge. Agents call tools over MCP; the trace comes in `_meta` and goes on over HTTP and WebSocket.
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { runService } from '@trace-mesh/tracing/lifecycle';
import { listen } from '@trace-mesh/tracing/listen';
import { createHubClient } from '@trace-mesh/ws-hub/client';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const api = createRestApiClient(config.REST_API_URL);
  const hub = use(createHubClient(config.WS_HUB_URL, { 'x-agent-id': 'edge-mcp' }, logger));
  const identity = { tenantId: config.TENANT_ID, userId: config.USER_ID };
  const app = use(createApp({ api, hub, identity, logger }, config.ALLOWED_HOSTS));
  use(await listen(app, { host: config.HOST, port: config.PORT }));
  readyWhen('ws-hub', () => hub.answers());
  readyWhen('rest-api', () => api.answers());
});
