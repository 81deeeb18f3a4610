// SQS's own redrive. A task ends with the process; its messages stay where they are.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { setSystemAttributes, systemAttributesOf } from './attributes.ts';
import { invalid, notFound } from './faults.ts';
import { type Queue, SqsStore, type Store } from './fauxqs.ts';

/** A task as `ListMessageMoveTasks` returns it. */
interface Task {
  TaskHandle?: string;
  Status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  SourceArn: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: number;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  FailureReason?: string;
  StartedTimestamp: number;
}
interface Request {
  SourceArn?: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: number;
  MaxResults?: number;
  TaskHandle?: string;
}

/** The queues that have `queue` as their dead-letter queue. */
export const sourcesOf = (store: Store, { arn }: Queue): Queue[] =>
  [...store.allQueues()].filter(({ attributes: { RedrivePolicy } }) => {
    return RedrivePolicy && JSON.parse(RedrivePolicy).deadLetterTargetArn === arn;
  });

/** The three actions on message move tasks. Each returns its response, or throws a `Fault`. */
export function moveTasks(store: Store) {
  /** The latest first. */
  const tasks: Task[] = [];
  const running = (is: (task: Task) => boolean) =>
    tasks.find((task) => task.Status === 'RUNNING' && is(task));

  return {
    StartMessageMoveTask({ SourceArn = '', DestinationArn, MaxNumberOfMessagesPerSecond }: Request) {
      const source = store.getQueueByArn(SourceArn);
      if (!source)
        throw notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
      if (sourcesOf(store, source).length === 0)
        throw invalid('Source queue must be configured as a Dead Letter Queue.');
      if (DestinationArn && !store.getQueueByArn(DestinationArn))
        throw notFound("The resource that you specified for the DestinationArn parameter doesn't exist.");
      if (running((task) => task.SourceArn === SourceArn)) {
        throw invalid(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const TaskHandle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: SourceArn })).toString(
        'base64',
      );
      const { ApproximateNumberOfMessages: waiting } = source.getAllAttributes([
        'ApproximateNumberOfMessages',
      ]);
      const task: Task = {
        TaskHandle,
        Status: 'RUNNING',
        SourceArn,
        ...(DestinationArn && { DestinationArn }),
        ...(MaxNumberOfMessagesPerSecond && { MaxNumberOfMessagesPerSecond }),
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: Number(waiting),
        StartedTimestamp: Date.now(),
      };
      tasks.unshift(task);
      void run(store, source, task);
      return { TaskHandle };
    },

    ListMessageMoveTasks({ SourceArn = '', MaxResults = 1 }: Request) {
      if (!store.getQueueByArn(SourceArn))
        throw notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
      return { Results: tasks.filter((task) => task.SourceArn === SourceArn).slice(0, MaxResults) };
    },

    CancelMessageMoveTask({ TaskHandle = '' }: Request) {
      if (!/"taskId".*"sourceArn"/.test(Buffer.from(TaskHandle, 'base64').toString()))
        throw invalid('Value for parameter TaskHandle is invalid.');
      const task = running((task) => task.TaskHandle === TaskHandle);
      if (!task) throw notFound('Task does not exist.');
      end(task, 'CANCELLED');
      const { ApproximateNumberOfMessagesMoved } = task;
      return { ApproximateNumberOfMessagesMoved };
    },
  } satisfies Record<string, (request: Request) => object>;
}

function end(task: Task, status: Task['Status'], reason?: string): void {
  task.Status = status;
  delete task.TaskHandle;
  if (reason) task.FailureReason = reason;
}

async function run(store: Store, source: Queue, task: Task): Promise<void> {
  const { MaxNumberOfMessagesPerSecond: rate, ApproximateNumberOfMessagesToMove: all } = task;
  while (task.ApproximateNumberOfMessagesMoved < all) {
    await sleep(rate ? 1_000 / rate : 0, undefined, { ref: false });
    if (task.Status !== 'RUNNING') return;
    const [received] = source.dequeue(1);
    if (!received) break; // others were faster
    const failure = move(store, source, received.ReceiptHandle, task.DestinationArn);
    if (failure) return end(task, 'FAILED', failure);
    task.ApproximateNumberOfMessagesMoved += 1;
  }
  end(task, 'COMPLETED');
}

/** Moves a received message as a new one, with an id of its own and no receives. Returns why it could not. */
function move(
  store: Store,
  source: Queue,
  handle: string,
  destination: string | undefined,
): string | undefined {
  const letter = source.inflightMessages.get(handle)?.message;
  if (!letter) return undefined;
  const { DeadLetterQueueSourceArn, ...kept } = systemAttributesOf(letter);
  const arn = destination ?? DeadLetterQueueSourceArn;
  const queue = arn && store.getQueueByArn(arn);
  if (!queue) {
    source.changeVisibility(handle, 0);
    return arn ? 'AWS.SimpleQueueService.NonExistentQueue' : 'CouldNotDetermineMessageSource';
  }
  const { body, messageAttributes, messageGroupId, messageDeduplicationId } = letter;
  const created = SqsStore.createMessage(body, { ...messageAttributes });
  setSystemAttributes(created, kept);
  const fifo = queue.isFifo() && { messageDeduplicationId, sequenceNumber: queue.nextSequenceNumber() };
  queue.enqueue(Object.assign(created, messageGroupId && { messageGroupId }, fifo));
  source.deleteMessage(handle);
  return undefined;
}
