// Queues as the agent uses them: the mesh's own, and one of its own that is gone when the scenario ends.
import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { findQueue, openSqs } from '@trace-mesh/runtime/sqs-client';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import type { FireOptions } from './scenario.ts';

/** The mesh's queue, by the name that every deployment gives it. */
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

/** Runs `work` with a new queue that nobody else reads. Its spans all say `lab`: a name for each would be one too many. */
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
