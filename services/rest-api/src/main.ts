// rest-api accepts tasks over HTTP, reserves their cost over gRPC, stores them in Postgres and queues them through an outbox.
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const { checks, ...deps } = await openDeps(config, { logger, use });
  use(await listen(createApp(deps), { host: config.HOST, port: config.PORT }));
  for (const [name, check] of Object.entries(checks)) readyWhen(name, check);
});
