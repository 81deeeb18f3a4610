// edge-mcp: the public edge. Agents call tools over MCP; the trace arrives in `_meta` and continues over HTTP and
// WebSocket.
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const { checks, ...deps } = await openDeps(config, { logger, use });
  use(await listen(use(createApp(deps)), { host: config.HOST, port: config.PORT }));
  for (const [name, check] of Object.entries(checks)) readyWhen(name, check);
});
