// ws-hub pushes task events to their subscribers: one Redis message in, one WebSocket message per subscriber out.
import { listen } from '@trace-mesh/runtime/listen';
import { createPlainHttp } from '@trace-mesh/runtime/plain-http';
import { subscribe } from '@trace-mesh/runtime/redis';
import { consumeGroup } from '@trace-mesh/runtime/redis-stream-consumer';
import { runService } from '@trace-mesh/runtime/service';
import { createHub } from './app.ts';
import { Config } from './config.ts';
import { taskEvents } from './fan-out.ts';
import { openDeps } from './open-deps.ts';
import { endsOfTasks } from './resume-log.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const { checks, reader, channel, ...deps } = openDeps(config, { logger, use });
  const { log, registry } = deps;
  use(consumeGroup(reader, endsOfTasks(log, logger), { consumer: config.CONSUMER, logger }));
  await subscribe(channel, taskEvents(registry, logger));
  const { server } = use(await listen(createPlainHttp(), { host: config.HOST, port: config.PORT }));
  use(createHub(server, deps));
  for (const [name, check] of Object.entries(checks)) readyWhen(name, check);
});
