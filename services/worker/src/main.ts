// worker runs queued tasks on a model. The trace arrives with the SQS message and continues to Bedrock, gRPC and Redis.
import { runService } from '@trace-mesh/runtime/service';
import { findQueue, openSqs, queueAnswers } from '@trace-mesh/runtime/sqs-client';
import { consumeTasks } from './app.ts';
import { Config } from './config.ts';
import { openDeps } from './open-deps.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const { checks, ...deps } = openDeps(config, { logger, use });
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  const queue = await findQueue(sqs, config.TASK_QUEUE);
  use(consumeTasks(sqs, queue, deps, config));
  for (const [name, check] of Object.entries(checks)) readyWhen(name, check);
  readyWhen('queue', () => queueAnswers(sqs, queue));
});
