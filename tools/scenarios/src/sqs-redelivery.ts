// A task fails until its message is a dead letter; an operator redrives it, and it succeeds. All in one trace.
import { randomUUID } from 'node:crypto';
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { redrive } from '@trace-mesh/runtime/sqs-redrive';
import { DEAD_LETTERS, TASK_QUEUE, withQueue } from './queues.ts';
import { hasEnded, restApi, runTask, until } from './rest.ts';
import { consumer, type FireOptions, internal, link, parent, producer, type Scenario } from './scenario.ts';

const send = producer('rest-api', 'create tasks');
const attempt = (n: number) => consumer('worker', 'process tasks', { 'mesh.messaging.delivery_attempt': n });

export const sqsRedelivery: Scenario = {
  name: 'sqs-redelivery',
  title: 'Three failed attempts, the dead letters, a redrive and a fourth that succeeds: one trace',
  teaches:
    "Attributes survive redelivery, dead letters and redrive: each attempt is in its sender's trace and links to the one before.",
  rows: [10],
  makesTask: true,
  edges: [
    parent(10, 'sqs', send, attempt(1)),
    parent(10, 'sqs', send, attempt(2)),
    parent(10, 'sqs', send, attempt(3)),
    link(10, 'sqs', attempt(1), attempt(2)),
    link(10, 'sqs', attempt(2), attempt(3)),
    parent(10, 'sqs', send, producer('agent', 'redrive tasks')),
    link(10, 'sqs', internal('agent', 'redrive tasks-dlq'), producer('agent', 'redrive tasks')),
  ],
  fire,
};

async function fire(options: FireOptions) {
  const id = randomUUID();
  const failed = await runTask({ ...options, prompt: `${options.prompt} [[broken:${id}]]` });
  // The operator fixes the cause first, or the redriven message would fail again.
  const double = createServiceClient(options.endpoints.bedrock);
  await double({ method: 'PUT', path: '/_double/fixed', json: { id }, signal: options.signal });
  const ours = (body: string) => body.includes(failed.taskId);
  const redriven = await until(
    () => redriveOnce(options, ours),
    (moved) => moved > 0,
    options.signal,
  );
  const api = restApi(options);
  const read = () => api.getTask(failed.taskId, options.signal);
  const { status, result } = await until(
    read,
    (task) => hasEnded(task) && task.status !== 'failed',
    options.signal,
  );
  return { taskId: failed.taskId, atFirst: failed.error, redriven, status, result };
}

/** The worker reports the failed task a moment before SQS moves its message. */
const redriveOnce = (options: FireOptions, only: (body: string) => boolean) =>
  withQueue(options, DEAD_LETTERS, (sqs, deadLetters) =>
    withQueue(options, TASK_QUEUE, (_, queue) => redrive(sqs, deadLetters, queue, { max: 1, only })),
  );
