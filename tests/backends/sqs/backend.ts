// A queue server under test: its client, and queues that no service reads.
import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AWS_ENV } from '../../transports/aws.ts';

/** What the SDK's clients need; neither server checks it. */
export const CREDENTIALS = {
  region: AWS_ENV.AWS_REGION,
  credentials: { accessKeyId: AWS_ENV.AWS_ACCESS_KEY_ID, secretAccessKey: AWS_ENV.AWS_SECRET_ACCESS_KEY },
};
/** How long a receive waits for a message that is there, in s. */
const WAIT_S = 5;

/** The error code of a request that is refused, `accepted` for one that is not. */
export const codeOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'accepted',
    (error: Error) => error.name,
  );

export const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** So many message attributes, `a0` and on. */
export const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, text('v')]));

export interface TestQueue {
  url: string;
  arn: string;
  name: string;
}

export class Backend implements AsyncDisposable {
  readonly sqs: SQSClient;
  readonly url: string;
  readonly #made: string[] = [];

  constructor(url: string) {
    this.url = url;
    // No retries: the error codes are what is tested.
    const options = { endpoint: url, useQueueUrlAsEndpoint: false, maxAttempts: 1 };
    this.sqs = new SQSClient({ ...options, ...CREDENTIALS });
  }

  async isLocalStack(): Promise<boolean> {
    return (await fetch(new URL('/_localstack/health', this.url))).ok;
  }

  async queue(attributes: Record<string, string> = {}): Promise<TestQueue> {
    const name = `backend-${randomUUID()}${attributes.FifoQueue ? '.fifo' : ''}`;
    const { QueueUrl: url = '' } = await this.sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
    );
    this.#made.push(url);
    const { QueueArn: arn = '' } = await this.attributes({ url }, 'QueueArn');
    return { url, arn, name };
  }

  /** A queue with a dead-letter queue. */
  async withDeadLetters(maxReceiveCount = 2, more: Record<string, string> = {}) {
    const deadLetters = await this.queue(more);
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: deadLetters.arn,
      maxReceiveCount: String(maxReceiveCount),
    });
    return { queue: await this.queue({ ...more, RedrivePolicy }), deadLetters };
  }

  async attributes({ url }: Pick<TestQueue, 'url'>, ...AttributeNames: QueueAttributeName[]) {
    const { Attributes = {} } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }),
    );
    return Attributes;
  }

  /** How many messages are visible. */
  async waiting(queue: Pick<TestQueue, 'url'>): Promise<number> {
    const { ApproximateNumberOfMessages } = await this.attributes(queue, 'ApproximateNumberOfMessages');
    return Number(ApproximateNumberOfMessages);
  }

  send({ url }: TestQueue, more: Partial<SendMessageCommandInput> = {}) {
    return this.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'b', ...more }));
  }

  /** Sends a batch of entries with the ids `0`, `1`, …; returns the ids of those that were sent, and the codes of the others. */
  async sendBatch({ url }: TestQueue, entries: Partial<SendMessageBatchRequestEntry>[]) {
    const Entries = entries.map((entry, index) => ({ Id: String(index), MessageBody: 'b', ...entry }));
    const { Successful = [], Failed = [] } = await this.sqs.send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries }),
    );
    return {
      sent: Successful.map(({ Id }) => Id),
      failed: Failed.map(({ Id, Code, SenderFault }) => ({ Id, Code, SenderFault })),
    };
  }

  /** Waits for messages, and returns them with all their attributes. */
  async receive({ url }: TestQueue, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
    const all = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
    const { Messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: WAIT_S, ...all, ...more }),
    );
    return Messages;
  }

  async receiveOne(queue: TestQueue, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message> {
    const [message] = await this.receive(queue, more);
    if (!message) throw new Error(`no message arrived in ${queue.name}`);
    return message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const QueueUrl of this.#made) await this.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    this.sqs.destroy();
  }
}
