// The mesh's queue: a message of a task that is done, so that the worker does nothing but receive it, and one that fails until it
// is a dead letter.
import { randomUUID } from 'node:crypto';
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { redrive } from '@trace-mesh/runtime/sqs-redrive';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { DEAD_LETTERS, TASK_QUEUE, withQueue } from './queues.ts';
import { hasEnded, restApi, runTask, until } from './rest.ts';
import {
  client,
  consumer,
  type FireOptions,
  inOtherTrace,
  internal,
  link,
  parent,
  producer,
  type Scenario,
} from './scenario.ts';
import { AGENT_TENANT } from './tokens.ts';

const first = producer('rest-api', 'create tasks');
const again = producer('agent', 'send tasks');
const work = consumer('worker', 'process tasks');
const receive = client('worker', 'receive tasks');

/** Ten user attributes, the most that SQS accepts. */
const TEN = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`user-${i}`, { DataType: 'String', StringValue: 'taken' }]),
);

const edges = (row: number) => [
  parent(row, 'sqs', again, work),
  parent(8, 'sqs', first, work),
  inOtherTrace(link(8, 'sqs', again, receive)),
  inOtherTrace(link(8, 'sqs', first, receive)),
];

export const sqs: Scenario = {
  name: 'sqs',
  title:
    'A message sent a second time is worked on once, in the trace of each sender; the receive span links them',
  teaches:
    'Receiving and processing are two spans: the poll links to all senders, the work is the child of one.',
  rows: [8],
  makesTask: true,
  edges: edges(8),
  fire: (options) => sendAgain(options),
};

export const sqsTenAttributes: Scenario = {
  name: 'sqs-ten-attributes',
  title: 'All ten message attributes are taken by the user: the context travels in the body',
  teaches:
    'SQS takes ten attributes. Where the user has them all, the context goes into the body and is not lost in silence.',
  rows: [8, 11],
  makesTask: true,
  edges: edges(11),
  fire: (options) => sendAgain(options, TEN),
};

async function sendAgain(options: FireOptions, attributes: typeof TEN = {}) {
  const { taskId, status } = await runTask(options);
  const message = { taskId, tenantId: AGENT_TENANT, prompt: options.prompt, maxTokens: 512 };
  const messageId = await withQueue(options, TASK_QUEUE, (client, queue) =>
    sendMessage(client, queue, message, attributes),
  );
  return { taskId, status, messageId, attributes: Object.keys(attributes).length };
}

const attempt = (n: number) => consumer('worker', 'process tasks', { 'mesh.messaging.delivery_attempt': n });
const redriven = producer('agent', 'redrive tasks');

/** An operator redrives the dead letter, and it succeeds: all in one trace. */
export const sqsRedelivery: Scenario = {
  name: 'sqs-redelivery',
  title: 'Three failed attempts, the dead letters, a redrive and a fourth that succeeds: one trace',
  teaches:
    "Attributes survive redelivery, dead letters and redrive: each attempt is in its sender's trace and links to the one before.",
  rows: [10],
  makesTask: true,
  edges: [
    parent(10, 'sqs', first, attempt(1)),
    parent(10, 'sqs', first, attempt(2)),
    parent(10, 'sqs', first, attempt(3)),
    link(10, 'sqs', attempt(1), attempt(2)),
    link(10, 'sqs', attempt(2), attempt(3)),
    parent(10, 'sqs', first, redriven),
    link(10, 'sqs', internal('agent', 'redrive tasks-dlq'), redriven),
  ],
  async fire(options) {
    const { endpoints, prompt, signal } = options;
    const id = randomUUID();
    const { taskId, error } = await runTask({ ...options, prompt: `${prompt} [[broken:${id}]]` });
    // The operator fixes the cause first, or the redriven message would fail again.
    const double = createServiceClient(endpoints.bedrock);
    await double({ method: 'PUT', path: '/_double/fixed', json: { id }, signal });
    // The worker reports the failed task a moment before SQS moves its message.
    const moved = await until(
      () => redriveOne(options, taskId),
      (count) => count > 0,
      signal,
    );
    const { status, result } = await until(
      () => restApi(options).getTask(taskId, signal),
      (task) => hasEnded(task) && task.status !== 'failed',
      signal,
    );
    return { taskId, atFirst: error, redriven: moved, status, result };
  },
};

const redriveOne = (options: FireOptions, taskId: string): Promise<number> =>
  withQueue(options, DEAD_LETTERS, (sqs, deadLetters) =>
    withQueue(options, TASK_QUEUE, (_, queue) =>
      redrive(sqs, deadLetters, queue, { max: 1, only: (body) => body.includes(taskId) }),
    ),
  );
