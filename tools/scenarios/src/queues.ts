// The agent's queues: those of the mesh, and a temporary one.
import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { findQueue, openSqs } from '@trace-mesh/runtime/sqs-client';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import type { FireOptions } from './scenario.ts';

/** The name of the mesh's queue in every deployment. */
export const TASK_QUEUE = 'tasks';
export const DEAD_LETTERS = 'tasks-dlq';

type Sqs = ReturnType<typeof openSqs>;

/** Runs `work` with the named queue of the mesh. */
export async function withQueue<T>(
  { endpoints }: FireOptions,
  name: string,
  work: (sqs: Sqs, queue: Queue) => Promise<T>,
): Promise<T> {
  using sqs = openSqs(endpoints.sqs);
  return work(sqs, await findQueue(sqs, name));
}

/** Runs `work` with a new queue, deleted afterwards. Its spans name it `lab`, which keeps the number of names small. */
export async function withOwnQueue<T>(
  { endpoints }: Pick<FireOptions, 'endpoints'>,
  work: (sqs: Sqs, queue: Queue) => Promise<T>,
): Promise<T> {
  using sqs = openSqs(endpoints.sqs);
  const create = new CreateQueueCommand({ QueueName: `lab-${randomUUID()}` });
  const { QueueUrl: url = '' } = await withoutTracing(() => sqs.send(create));
  try {
    return await work(sqs, { name: 'lab', url });
  } finally {
    await withoutTracing(() => sqs.send(new DeleteQueueCommand({ QueueUrl: url })));
  }
}
