// __name__: greets over a WebSocket. Every message brings its own trace, in its envelope.
import { createAuthenticator, registerAuthenticator } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { createHttpApp } from './http.ts';

await runService(Config, process.env, async (config, { logger, use }) => {
  const authenticator = createAuthenticator(config);
  registerAuthenticator(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  const { server } = use(await listen(createHttpApp(), { host: config.HOST, port: config.PORT }));
  use(createApp(server, { authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS, logger }));
});
