// __name__: greets over MCP. The trace context arrives in `_meta`.
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use }) => {
  const app = use(createApp(openDeps(config, { logger })));
  use(await listen(app, { host: config.HOST, port: config.PORT }));
});
