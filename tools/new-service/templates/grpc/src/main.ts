// __name__: greets over gRPC. The trace context arrives in the metadata of the call.
import { listenGrpc } from '@trace-mesh/runtime/grpc';
import { addGrpcHealth } from '@trace-mesh/runtime/grpc-health';
import { runService } from '@trace-mesh/runtime/service';
import { createApp } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';
import { SERVICE_NAME } from './proto.ts';

await runService(Config, process.env, async (config, { logger, use, stopping }) => {
  const app = createApp(openDeps(config, { logger }));
  use(addGrpcHealth(app, { services: [SERVICE_NAME], checks: {}, stopping }));
  use(await listenGrpc(app, { host: config.HOST, port: config.PORT }));
});
