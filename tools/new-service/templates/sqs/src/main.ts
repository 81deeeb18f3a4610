// __name__: consumes a queue. The trace context arrives in the attributes of each message.
import { runService } from '@trace-mesh/runtime/service';
import { queueAnswers } from '@trace-mesh/runtime/sqs-client';
import { consumeQueue } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const deps = await openDeps(config, { logger, use });
  use(consumeQueue(deps, config));
  readyWhen('queue', () => queueAnswers(deps.sqs, deps.queue));
});
