// ws-hub: pushes task events to everyone who listens. One Redis message in, one WebSocket message per listener out.
import { createAuthenticator, recogniseBy } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { runService } from '@trace-mesh/tracing/lifecycle';
import { listen } from '@trace-mesh/tracing/listen';
import { openRedis, subscribe } from '@trace-mesh/tracing/redis';
import { consumeGroup } from '@trace-mesh/tracing/redis-stream-consumer';
import { createHub } from './app.ts';
import { Config } from './config.ts';
import { taskEvents } from './fan-out.ts';
import { createHttpApp } from './http.ts';
import { hears } from './redis-ready.ts';
import { Registry } from './registry.ts';
import { createResumeLog, filing } from './resume-log.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const authenticator = createAuthenticator(config);
  recogniseBy(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  const registry = new Registry();
  // Three connections: commands, the blocking reads of the stream, and the channel, beside which Redis takes no other.
  const connect = () => use(openRedis(config.REDIS_URL, logger));
  const [redis, reader, channel] = [connect(), connect(), connect()];
  const log = createResumeLog(redis);
  use(consumeGroup(reader, filing(log, logger), { consumer: config.CONSUMER, logger }));
  await subscribe(channel, taskEvents(registry, logger));
  const { server } = use(await listen(createHttpApp(), { host: config.HOST, port: config.PORT }));
  const gate = { authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS };
  use(createHub(server, { ...gate, registry, log, logger }));
  readyWhen('redis', () => hears(redis, channel));
});
