// SQS on loopback: each queue with a dead-letter queue, strict as AWS, and persistent across restarts.
import { join } from 'node:path';
import { z } from 'zod';
import { keepAttributes } from './attributes.ts';
import { queueAttributes } from './mesh-queue.ts';
import { buildPersistentApp } from './persistent.ts';
import { recordRequests } from './recorder.ts';
import { request } from './sqs-app.ts';
import { makeStrict } from './strict.ts';

const env = z
  .object({ HOST: z.string(), PORT: z.coerce.number(), QUEUES: z.string(), RUN_DIR: z.string() })
  .parse(process.env);
const host = `${env.HOST}:${env.PORT}`;

const { app, store } = buildPersistentApp(join(env.RUN_DIR, 'queue'));
makeStrict(app, store);
keepAttributes(app, store);
recordRequests(app);
let queuesExist = false;
app.get('/healthz', async (_request, reply) => reply.code(queuesExist ? 200 : 503).send());

const createQueue = (QueueName: string, Attributes: Record<string, string>) =>
  request(app, 'CreateQueue', { QueueName, Attributes }, host);

await app.listen({ host: env.HOST, port: env.PORT });
for (const name of env.QUEUES.split(' ')) {
  await createQueue(`${name}-dlq`, {});
  await createQueue(name, queueAttributes(`arn:aws:sqs:us-east-1:000000000000:${name}-dlq`));
}
queuesExist = true;

process.once('SIGTERM', () => void app.close());
