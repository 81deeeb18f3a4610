// __name__: greets over a WebSocket. The trace context arrives in the envelope of each message.
import { listen } from '@trace-mesh/runtime/listen';
import { createPlainHttp } from '@trace-mesh/runtime/plain-http';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use }) => {
  const { server } = use(await listen(createPlainHttp(), { host: config.HOST, port: config.PORT }));
  use(createApp(server, openDeps(config, { logger })));
});
