import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs';
import { attributes, type Backend, codeOf, type TestQueue } from '../backend.ts';
import type { Rule } from '../rule.ts';

const RECEIVE = 'APIReference/API_ReceiveMessage.html';
const CHANGE = 'APIReference/API_ChangeMessageVisibility.html';
const DELETE = 'APIReference/API_DeleteMessage.html';
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

const change = (
  at: Backend,
  { url }: TestQueue,
  ReceiptHandle: string | undefined,
  VisibilityTimeout: number,
) => at.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
const remove = (at: Backend, { url }: TestQueue, ReceiptHandle: string | undefined) =>
  at.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));

async function withOneMessage(at: Backend, message: Parameters<Backend['send']>[1] = {}) {
  const queue = await at.queue();
  await at.send(queue, message);
  return queue;
}

export const receive: Rule[] = [
  {
    title:
      'a receive returns the message attributes that it names, all, by a prefix or one, and otherwise none',
    source: RECEIVE,
    async observe(at) {
      const queue = await withOneMessage(at, { MessageAttributes: attributes(2) });
      const found: unknown[] = [];
      for (const MessageAttributeNames of [[], ['a1', 'none'], ['a.*'], ['All'], ['.*']]) {
        const message = await at.receiveOne(queue, { VisibilityTimeout: 0, MessageAttributeNames });
        found.push(Object.keys(message.MessageAttributes ?? {}).toSorted());
      }
      return found;
    },
    sqs: [[], ['a1'], ['a0', 'a1'], ['a0', 'a1'], ['a0', 'a1']],
  },
  {
    title: 'a receive returns the system attributes that it names',
    source: RECEIVE,
    async observe(at) {
      const queue = await withOneMessage(at);
      const found: unknown[] = [];
      for (const MessageSystemAttributeNames of [[], ['SentTimestamp' as const], ['All' as const]]) {
        const message = await at.receiveOne(queue, { VisibilityTimeout: 0, MessageSystemAttributeNames });
        found.push(Object.keys(message.Attributes ?? {}).toSorted());
      }
      return found;
    },
    sqs: [
      [],
      ['SentTimestamp'],
      ['ApproximateFirstReceiveTimestamp', 'ApproximateReceiveCount', 'SenderId', 'SentTimestamp'],
    ],
  },
  {
    title: 'ApproximateReceiveCount counts the receives of a message from 1',
    source: RECEIVE,
    async observe(at) {
      const queue = await withOneMessage(at);
      const counts: unknown[] = [];
      for (let receives = 0; receives < 3; receives++)
        counts.push(
          (await at.receiveOne(queue, { VisibilityTimeout: 0 })).Attributes?.ApproximateReceiveCount,
        );
      return counts;
    },
    sqs: ['1', '2', '3'],
  },
  {
    title: 'a receive takes one to ten messages and waits up to 20 s',
    source: RECEIVE,
    async observe(at) {
      const queue = await at.queue();
      const none = { MaxNumberOfMessages: 0, WaitTimeSeconds: 0 };
      const requests = [none, { MaxNumberOfMessages: 11 }, { WaitTimeSeconds: 21 }];
      const codes: string[] = [];
      for (const request of requests) codes.push(await codeOf(at.receive(queue, request)));
      return codes;
    },
    sqs: ['InvalidParameterValue', 'InvalidParameterValue', 'InvalidParameterValue'],
    localstack: ['accepted', 'InvalidParameterValue', 'InvalidParameterValue'],
  },
  {
    title: 'a received message is invisible until its visibility timeout ends',
    source: 'SQSDeveloperGuide/sqs-visibility-timeout.html',
    async observe(at) {
      const queue = await withOneMessage(at);
      await at.receiveOne(queue, { VisibilityTimeout: 1 });
      const during = await at.receive(queue, { WaitTimeSeconds: 0 });
      const after = await at.receive(queue);
      return [during.length, after.length];
    },
    sqs: [0, 1],
  },
  {
    title: 'a long poll returns when a message arrives',
    source: 'SQSDeveloperGuide/sqs-short-and-long-polling.html',
    async observe(at) {
      const queue = await at.queue();
      const start = performance.now();
      const polling = at.receive(queue, { WaitTimeSeconds: 20 });
      await at.send(queue);
      return [(await polling).length, performance.now() - start < 10_000];
    },
    sqs: [1, true],
  },
  {
    title: 'a visibility timeout of 0 s makes a message visible',
    source: CHANGE,
    async observe(at) {
      const queue = await withOneMessage(at);
      await change(at, queue, (await at.receiveOne(queue)).ReceiptHandle, 0);
      return (await at.receive(queue)).length;
    },
    sqs: 1,
  },
  {
    title: 'a visibility timeout is at most 12 hours',
    source: CHANGE,
    async observe(at) {
      const queue = await withOneMessage(at);
      const { ReceiptHandle } = await at.receiveOne(queue);
      return codeOf(change(at, queue, ReceiptHandle, 43_201));
    },
    sqs: 'InvalidParameterValue',
    localstack: 'accepted',
  },
  {
    // The page lists MessageNotInflight; that is the answer for a message that is visible again.
    title: 'the visibility timeout of a deleted message is an invalid parameter',
    source: CHANGE,
    async observe(at) {
      const queue = await withOneMessage(at);
      const { ReceiptHandle } = await at.receiveOne(queue);
      await remove(at, queue, ReceiptHandle);
      return codeOf(change(at, queue, ReceiptHandle, 5));
    },
    sqs: 'InvalidParameterValue',
  },
  {
    title: 'a receipt handle that the queue did not issue is invalid',
    source: DELETE,
    async observe(at) {
      const queue = await at.queue();
      const Entries = [{ Id: '0', ReceiptHandle: 'garbage' }];
      const { Failed } = await at.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
      return [
        await codeOf(remove(at, queue, 'garbage')),
        await codeOf(change(at, queue, 'garbage', 5)),
        Failed?.map(({ Code }) => Code),
      ];
    },
    sqs: ['ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid', ['ReceiptHandleIsInvalid']],
  },
  {
    title: 'a message is deleted once; the second deletion, and one by an earlier handle, succeed',
    source: DELETE,
    async observe(at) {
      const queue = await withOneMessage(at);
      const earlier = await at.receiveOne(queue, { VisibilityTimeout: 0 });
      const { ReceiptHandle } = await at.receiveOne(queue);
      const codes: string[] = [];
      for (const handle of [ReceiptHandle, ReceiptHandle, earlier.ReceiptHandle])
        codes.push(await codeOf(remove(at, queue, handle)));
      return [...codes, (await at.receive(queue, { WaitTimeSeconds: 1 })).length];
    },
    sqs: ['accepted', 'accepted', 'accepted', 0],
  },
  {
    title: 'a queue counts its waiting, in-flight and delayed messages',
    source: 'APIReference/API_GetQueueAttributes.html',
    async observe(at) {
      const queue = await at.queue();
      await at.sendBatch(queue, [{}, {}, {}, { DelaySeconds: 900 }]);
      await at.receiveOne(queue);
      const counts = await at.attributes(queue, ...COUNTS);
      return COUNTS.map((name) => counts[name]);
    },
    sqs: ['2', '1', '1'],
  },
  {
    title: 'ApproximateAgeOfOldestMessage is a metric of CloudWatch, not an attribute of the queue',
    source: 'SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    observe: async (at) =>
      codeOf(at.attributes(await at.queue(), 'ApproximateAgeOfOldestMessage' as QueueAttributeName)),
    sqs: 'InvalidAttributeName',
  },
  {
    title: 'a queue that is not there does not exist',
    source: 'APIReference/API_GetQueueUrl.html',
    observe: (at) => codeOf(at.sqs.send(new GetQueueUrlCommand({ QueueName: 'no-such-queue' }))),
    sqs: 'QueueDoesNotExist',
  },
];
