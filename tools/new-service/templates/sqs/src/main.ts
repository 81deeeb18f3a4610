// __name__: works off a queue. The trace of each message arrives in its attributes.
import { runService } from '@trace-mesh/runtime/service';
import { findQueue, openSqs, queueAnswers } from '@trace-mesh/runtime/sqs-client';
import { consumeQueue } from './app.ts';
import { Config } from './config.ts';

await runService(Config, process.env, async (config, { logger, use, readyWhen }) => {
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  const queue = await findQueue(sqs, config.QUEUE);
  use(consumeQueue(sqs, queue, { logger }, config));
  readyWhen('queue', () => queueAnswers(sqs, queue));
});
