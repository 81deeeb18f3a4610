// edge-mcp: the public edge. Agents call tools over MCP; the trace comes in `_meta` and goes on over HTTP and WebSocket.
import { createAuthenticator, registerAuthenticator } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { connectBackends } from './backends.ts';
import { Config } from './config.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const authenticator = createAuthenticator(config, { services: false });
  registerAuthenticator(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  const { apiFor, hub, apiAnswers } = connectBackends(config, { logger, use });
  const url = new URL(config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}/mcp`);
  const resource = { url, issuer: config.TOKEN_ISSUER };
  const gate = { authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS };
  const app = use(createApp({ ...gate, apiFor, hub, logger, resource }));
  use(await listen(app, { host: config.HOST, port: config.PORT }));
  readyWhen('ws-hub', () => hub.answers());
  readyWhen('rest-api', apiAnswers);
});
