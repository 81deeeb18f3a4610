// __name__: greets over HTTP. The trace arrives in the headers, and is there before the application is asked.
import { createAuthenticator, registerAuthenticator } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';

await runService(Config, process.env, async (config, { logger, use }) => {
  const authenticator = createAuthenticator(config);
  registerAuthenticator(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  const app = createApp({ authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS, logger });
  use(await listen(app, { host: config.HOST, port: config.PORT }));
});
