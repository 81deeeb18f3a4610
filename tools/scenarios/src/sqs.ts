// One message to the worker's queue, of a task that is done, so that the worker does nothing but receive it.
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { TASK_QUEUE, withQueue } from './queues.ts';
import { runTask } from './rest.ts';
import {
  client,
  consumer,
  type FireOptions,
  inOtherTrace,
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
