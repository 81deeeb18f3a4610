import { QUEUE, sendGreet } from '@trace-mesh/__name__/client';
import { withQueue } from './queues.ts';
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

const sent = producer('agent', `send ${QUEUE}`);

export const __camel__: Scenario = {
  name: '__name__',
  title: 'The agent sends __name__ a message',
  teaches: 'A generated consumer is in the trace of each sender: the message has the context.',
  rows: [8],
  edges: [
    parent(8, 'sqs', sent, consumer('__name__', `process ${QUEUE}`)),
    inOtherTrace(link(8, 'sqs', sent, client('__name__', `receive ${QUEUE}`))),
  ],
  fire,
};

async function fire(options: FireOptions): Promise<Record<string, unknown>> {
  const messageId = await withQueue(options, QUEUE, (sqs, queue) => sendGreet(sqs, queue, { name: 'Ada' }));
  return { messageId };
}
