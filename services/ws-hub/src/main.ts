// ws-hub: pushes task events to everyone who listens. One Redis message in, one WebSocket message per listener out.
import { runService } from '@trace-mesh/tracing/lifecycle';
import { listen } from '@trace-mesh/tracing/listen';
import { openRedis, subscribe } from '@trace-mesh/tracing/redis';
import { consumeGroup } from '@trace-mesh/tracing/redis-stream-consumer';
import { createHub } from './app.ts';
import { Config } from './config.ts';
import { fanOut } from './fan-out.ts';
import { createHttpApp } from './http.ts';
import { TASK_EVENTS, TaskEvent } from './messages.ts';
import { Registry } from './registry.ts';
import { createResumeLog, filing } from './resume-log.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const registry = new Registry();
  const redis = use(openRedis(config.REDIS_URL, logger));
  const log = createResumeLog(redis);
  const reader = use(openRedis(config.REDIS_URL, logger));
  use(consumeGroup(reader, filing(log, logger), { consumer: config.CONSUMER, logger }));
  const channel = use(openRedis(config.REDIS_URL, logger));
  await subscribe(channel, {
    channel: TASK_EVENTS,
    schema: TaskEvent,
    handle: fanOut(registry, logger),
    logger,
  });
  const { server } = use(await listen(createHttpApp(), { host: config.HOST, port: config.PORT }));
  use(createHub(server, { registry, log, logger }));
  readyWhen('redis', async () => channel.status === 'ready' || Promise.reject(new Error(channel.status)));
});
