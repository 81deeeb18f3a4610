import {
  CancelMessageMoveTaskCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import { attributes, type Backend, codeOf, type TestQueue, text } from '../backend.ts';
import type { Rule } from '../rule.ts';

const QUEUES = 'SQSDeveloperGuide/sqs-dead-letter-queues.html';
const REDRIVE = 'SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html';
const START = 'APIReference/API_StartMessageMoveTask.html';
const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
const eventually = { timeout: 20_000, interval: 50 };

/** Receives a message as often as the queue allows, so that SQS moves it. Returns its id. */
async function kill(
  at: Backend,
  queue: TestQueue,
  receives: number,
  message: Parameters<Backend['send']>[1],
) {
  const { MessageId } = await at.send(queue, message);
  for (let n = 0; n < receives; n++) await at.receiveOne(queue, { VisibilityTimeout: 0 });
  // SQS moves a message at the receive after the last.
  await at.receive(queue, { WaitTimeSeconds: 0 });
  return MessageId;
}

const start = (at: Backend, input: StartMessageMoveTaskCommandInput) =>
  at.sqs.send(new StartMessageMoveTaskCommand(input));
const cancel = (at: Backend, TaskHandle: string | undefined) =>
  at.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));

/** The latest task, once it has ended. */
function ended(at: Backend, { arn: SourceArn }: TestQueue) {
  return vi.waitFor(async () => {
    const { Results: [task] = [] } = await at.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(task?.Status).not.toBe('RUNNING');
    return task;
  }, eventually);
}

export const deadLetterRules: Rule[] = [
  {
    title: 'a dead letter keeps its id, attributes and receive count, and names its source',
    source: QUEUES,
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters(2);
      const id = await kill(at, queue, 2, {
        MessageAttributes: attributes(2),
        MessageSystemAttributes: { AWSTraceHeader: text(TRACE_HEADER) },
      });
      const { MessageId, MessageAttributes = {}, Attributes } = await at.receiveOne(deadLetters);
      return [
        MessageId === id,
        Object.keys(MessageAttributes).toSorted(),
        Attributes?.AWSTraceHeader,
        Attributes?.ApproximateReceiveCount,
        Attributes?.DeadLetterQueueSourceArn === queue.arn,
      ];
    },
    sqs: [true, ['a0', 'a1'], TRACE_HEADER, '3', true],
  },
  {
    title: 'a dead letter of a FIFO queue has its id as its deduplication id',
    source: REDRIVE,
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters(1, FIFO);
      const id = await kill(at, queue, 1, { MessageGroupId: 'a' });
      const { Attributes = {} } = await at.receiveOne(deadLetters);
      return [Attributes.MessageGroupId, Attributes.MessageDeduplicationId === id];
    },
    sqs: ['a', true],
    localstack: ['a', false],
  },
  {
    title: 'a dead-letter queue lists the queues whose dead letters it takes',
    source: 'APIReference/API_ListDeadLetterSourceQueues.html',
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters();
      const sources = async ({ url: QueueUrl }: TestQueue) => {
        const { queueUrls = [] } = await at.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));
        return queueUrls.map((url) => url === queue.url);
      };
      return [await sources(deadLetters), await sources(queue)];
    },
    sqs: [[true], []],
  },
  {
    title: 'a move task without a destination returns dead letters to their source, with their attributes',
    source: START,
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters(1);
      await kill(at, queue, 1, {
        MessageAttributes: attributes(2),
        MessageSystemAttributes: { AWSTraceHeader: text(TRACE_HEADER) },
      });
      await start(at, { SourceArn: deadLetters.arn });
      const task = await ended(at, deadLetters);
      const { MessageAttributes = {}, Attributes } = await at.receiveOne(queue);
      return [
        [task?.Status, task?.ApproximateNumberOfMessagesMoved, task?.TaskHandle],
        [Object.keys(MessageAttributes).toSorted(), Attributes?.AWSTraceHeader],
      ];
    },
    sqs: [
      ['COMPLETED', 1, undefined],
      [['a0', 'a1'], TRACE_HEADER],
    ],
  },
  {
    title: 'a moved message is a new message, with a new id and no receives before',
    source: REDRIVE,
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters(1);
      const id = await kill(at, queue, 1, {});
      await start(at, { SourceArn: deadLetters.arn });
      await ended(at, deadLetters);
      const { MessageId, Attributes } = await at.receiveOne(queue);
      return { isNew: MessageId !== id, count: Attributes?.ApproximateReceiveCount };
    },
    sqs: { isNew: true, count: '1' },
    localstack: { isNew: false, count: '3' },
  },
  {
    title:
      'a message that a program sent to the dead-letter queue has no source: its move needs a destination',
    source: 'SQSDeveloperGuide/troubleshooting-dlq-redrive.html',
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters();
      await at.send(deadLetters);
      await start(at, { SourceArn: deadLetters.arn });
      const without = await ended(at, deadLetters);
      await vi.waitFor(async () => expect(await at.waiting(deadLetters)).toBe(1), eventually);
      await start(at, { SourceArn: deadLetters.arn, DestinationArn: queue.arn });
      const destined = await ended(at, deadLetters);
      return [without?.Status, without?.FailureReason, destined?.Status, await at.waiting(queue)];
    },
    sqs: ['FAILED', 'CouldNotDetermineMessageSource', 'COMPLETED', 1],
    localstack: ['FAILED', 'AttributeError', 'COMPLETED', 1],
  },
  {
    title: 'a move task starts at a dead-letter queue, and its queues exist',
    source: START,
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters();
      const { arn } = deadLetters;
      return [
        await codeOf(start(at, { SourceArn: queue.arn })),
        await codeOf(start(at, { SourceArn: `${arn}-none` })),
        await codeOf(start(at, { SourceArn: arn, DestinationArn: `${arn}-none` })),
      ];
    },
    sqs: ['InvalidParameterValue', 'ResourceNotFoundException', 'ResourceNotFoundException'],
  },
  {
    title: 'a queue has one move task at a time, and a cancelled one leaves the rest of the messages',
    source: 'APIReference/API_CancelMessageMoveTask.html',
    async observe(at) {
      const { queue, deadLetters } = await at.withDeadLetters();
      await at.sendBatch(deadLetters, Array(10).fill({}));
      const input = {
        SourceArn: deadLetters.arn,
        DestinationArn: queue.arn,
        MaxNumberOfMessagesPerSecond: 1,
      };
      const { TaskHandle } = await start(at, input);
      const second = await codeOf(start(at, input));
      await vi.waitFor(async () => expect(await at.waiting(queue)).toBeGreaterThan(0), eventually);
      const cancelled = await codeOf(cancel(at, TaskHandle));
      const task = await vi.waitFor(async () => {
        const last = await ended(at, deadLetters);
        expect(last?.Status).toBe('CANCELLED');
        return last;
      }, eventually);
      await vi.waitFor(async () => {
        const moved = await at.waiting(queue);
        expect(moved + (await at.waiting(deadLetters))).toBe(10);
      }, eventually);
      return [second, cancelled, (task?.ApproximateNumberOfMessagesMoved ?? 10) < 10];
    },
    sqs: ['InvalidParameterValue', 'accepted', true],
  },
  {
    title: 'a task handle is one that was issued',
    source: 'APIReference/API_CancelMessageMoveTask.html',
    observe: (at) => codeOf(cancel(at, 'garbage')),
    sqs: 'InvalidParameterValue',
  },
];
