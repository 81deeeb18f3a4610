// Queues that differ from those of fauxqs where SQS does: a receive of a FIFO queue returns several messages of a group, messages
// of a group stay in order when they come back, and a dead letter names its source.

import { setSystemAttributes, systemAttributesOf } from './attributes.ts';
import { type Message, type Queue, SqsQueue, SqsStore } from './fauxqs.ts';

type Receive = Parameters<Queue['dequeue']>;

/** The most messages of a receive. */
const MAX_MESSAGES = 10;

// Has no fields and no private methods: `QueueStore` turns queues that exist into this class.
class SqsLikeQueue extends SqsQueue {
  override dequeue(...[max, visibility, resolve]: Receive) {
    const deadLetters = (arn: string) => {
      const queue = resolve?.(arn);
      // Of its methods, fauxqs calls only this one.
      return queue && ({ enqueue: (message) => acceptDeadLetter(queue, message, this) } as Queue);
    };
    if (!this.isFifo()) return super.dequeue(max, visibility, deadLetters);

    const seconds = visibility ?? Number(this.attributes.VisibilityTimeout);
    const received: ReturnType<Queue['dequeue']> = [];
    while (received.length < Math.min(max, MAX_MESSAGES)) {
      // fauxqs returns one message of a group, and none of a group with messages in flight. With 0 s it would return the same.
      const [next] = super.dequeue(1, Math.max(seconds, 1), deadLetters);
      if (!next) break;
      received.push(next);
      const entry = this.inflightMessages.get(next.ReceiptHandle);
      this.fifoLockedGroups.delete(entry?.message.messageGroupId ?? '');
    }
    lockGroups(this);
    for (const { ReceiptHandle } of seconds === 0 ? received : []) {
      const entry = this.inflightMessages.get(ReceiptHandle);
      if (entry) entry.visibilityDeadline = Date.now();
    }
    return received;
  }

  override changeVisibility(receiptHandle: string, seconds: number): void {
    super.changeVisibility(receiptHandle, seconds);
    if (this.isFifo()) sortGroups(this);
  }

  override getAllAttributes(names: string[]) {
    this.processTimers();
    return super.getAllAttributes(names);
  }

  override processTimers(): void {
    super.processTimers();
    if (this.isFifo()) sortGroups(this);
  }
}

/** A group is locked as long as it has messages in flight. */
function lockGroups(queue: Queue): void {
  queue.fifoLockedGroups.clear();
  for (const { message } of queue.inflightMessages.values()) {
    const group = message.messageGroupId ?? '';
    queue.fifoLockedGroups.set(group, (queue.fifoLockedGroups.get(group) ?? 0) + 1);
  }
}

/** fauxqs puts each message that comes back before all others of its group. */
function sortGroups(queue: Queue): void {
  const number = ({ sequenceNumber = '' }: Message) => sequenceNumber;
  for (const group of queue.fifoMessages.values()) group.sort((a, b) => number(a).localeCompare(number(b)));
}

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html:
 * a dead letter keeps its id and its attributes; in a FIFO queue its id deduplicates.
 */
function acceptDeadLetter(queue: Queue, message: Message, source: Queue): void {
  // fauxqs counts the receive that moves the message and does not return it.
  message.approximateReceiveCount -= 1;
  setSystemAttributes(message, { ...systemAttributesOf(message), DeadLetterQueueSourceArn: source.arn });
  if (queue.isFifo()) {
    message.messageDeduplicationId = message.messageId;
    message.sentTimestamp = Date.now();
    message.sequenceNumber = queue.nextSequenceNumber();
  }
  queue.enqueue(message);
}

export class QueueStore extends SqsStore {
  override createQueue(...parameters: Parameters<InstanceType<typeof SqsStore>['createQueue']>) {
    return Object.setPrototypeOf(super.createQueue(...parameters), SqsLikeQueue.prototype) as Queue;
  }
}
