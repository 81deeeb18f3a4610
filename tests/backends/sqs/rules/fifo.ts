import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { type Backend, codeOf, type TestQueue } from '../backend.ts';
import type { Rule } from '../rule.ts';

const ORDER = 'SQSDeveloperGuide/FIFO-queues-understanding-logic.html';
const SEND = 'APIReference/API_SendMessage.html';
const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
const TEN = { MaxNumberOfMessages: 10 };
const NONE_YET = { MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };

/** A FIFO queue with these messages, such as `a1`: the first message of group `a`. */
async function fifo(at: Backend, messages: string[]): Promise<TestQueue> {
  const queue = await at.queue(FIFO);
  for (const body of messages) await at.send(queue, { MessageBody: body, MessageGroupId: body.charAt(0) });
  return queue;
}
const bodies = (messages: Pick<Message, 'Body'>[]) => messages.map(({ Body }) => Body);

export const fifoRules: Rule[] = [
  {
    title: 'a receive returns up to ten messages of a group in order',
    source: ORDER,
    async observe(at) {
      const queue = await fifo(
        at,
        Array.from({ length: 11 }, (_, i) => `a${i}`),
      );
      return bodies(await at.receive(queue, TEN));
    },
    sqs: Array.from({ length: 10 }, (_, i) => `a${i}`),
  },
  {
    title: 'a group with messages in flight is locked, other groups are not',
    source: ORDER,
    async observe(at) {
      const queue = await fifo(at, ['a1', 'a2', 'b1']);
      const first = await at.receive(queue, { MaxNumberOfMessages: 1 });
      const meanwhile = await at.receive(queue, NONE_YET);
      for (const { ReceiptHandle } of [...first, ...meanwhile])
        await at.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
      return [first, meanwhile, await at.receive(queue, TEN)].map(bodies);
    },
    sqs: [['a1'], ['b1'], ['a2']],
  },
  {
    title: 'messages of a group that become visible again are received in their order',
    source: ORDER,
    async observe(at) {
      const queue = await fifo(at, ['a1', 'a2', 'a3']);
      const received = await at.receive(queue, TEN);
      for (const { ReceiptHandle } of received) {
        const visible = { QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 };
        await at.sqs.send(new ChangeMessageVisibilityCommand(visible));
      }
      return bodies(await at.receive(queue, TEN));
    },
    sqs: ['a1', 'a2', 'a3'],
  },
  {
    title: 'a message needs a group, and a deduplication id where the queue does not hash bodies',
    source: SEND,
    async observe(at) {
      const queue = await at.queue({ FifoQueue: 'true' });
      const id = { MessageDeduplicationId: 'd' };
      const group = { MessageGroupId: 'a' };
      return [
        await codeOf(at.send(queue, id)),
        await codeOf(at.send(queue, group)),
        await codeOf(at.send(queue, { ...group, ...id })),
      ];
    },
    sqs: ['MissingParameter', 'InvalidParameterValue', 'accepted'],
  },
  {
    title: 'a message has no delay of its own',
    source: SEND,
    observe: async (at) => codeOf(at.send(await at.queue(FIFO), { MessageGroupId: 'a', DelaySeconds: 1 })),
    sqs: 'InvalidParameterValue',
  },
  {
    title: 'a repeated message is accepted, has the id of the first, and is not delivered',
    source: 'SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html',
    async observe(at) {
      const queue = await fifo(at, ['a1']);
      const once = await at.send(queue, { MessageBody: 'a2', MessageGroupId: 'a' });
      const twice = await at.send(queue, { MessageBody: 'a2', MessageGroupId: 'a' });
      return [once.MessageId === twice.MessageId, bodies(await at.receive(queue, TEN))];
    },
    sqs: [true, ['a1', 'a2']],
  },
];
