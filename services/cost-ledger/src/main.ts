// cost-ledger keeps the tenants' budgets, over gRPC. The trace arrives in the metadata.
import { listenGrpc } from '@trace-mesh/runtime/grpc';
import { addGrpcHealth } from '@trace-mesh/runtime/grpc-health';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { keepExpiring } from './expiry.ts';
import { openDeps } from './open-deps.ts';
import { SERVICE_NAME } from './proto.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen, stopping }) => {
  const { checks, ...deps } = await openDeps(config, { logger, use });
  use(keepExpiring(deps, config.EXPIRY_SWEEP_MS));
  const app = createApp(deps);
  use(addGrpcHealth(app, { services: [SERVICE_NAME], checks, stopping }));
  use(await listenGrpc(app, { host: config.HOST, port: config.PORT }));
  for (const [name, check] of Object.entries(checks)) readyWhen(name, check);
});
