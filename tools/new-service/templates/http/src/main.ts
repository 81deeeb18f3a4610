// __name__: greets over HTTP. The trace context arrives in the headers.
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use }) => {
  const app = createApp(openDeps(config, { logger }));
  use(await listen(app, { host: config.HOST, port: config.PORT }));
});
