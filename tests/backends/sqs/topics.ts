// SNS at the address of the queue, where the server has it.
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  ListTopicsCommand,
  PublishCommand,
  SNSClient,
  SNSServiceException,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import type { MessageAttributes } from '@trace-mesh/tracing/sqs-carrier';
import { CREDENTIALS, type TestQueue } from './backend.ts';

export class Topics implements AsyncDisposable {
  readonly #sns: SNSClient;
  readonly #made: string[] = [];

  constructor(endpoint: string) {
    this.#sns = new SNSClient({ endpoint, ...CREDENTIALS, maxAttempts: 1 });
  }

  /** False where the server answers, but not as SNS. */
  async exist(): Promise<boolean> {
    try {
      await this.#sns.send(new ListTopicsCommand());
      return true;
    } catch (error) {
      if (error instanceof SNSServiceException) return false;
      throw error;
    }
  }

  /** Publishes to a new topic to which `queue` is subscribed. */
  async publish(queue: TestQueue, Message: string, MessageAttributes: MessageAttributes, raw: boolean) {
    const { TopicArn = '' } = await this.#sns.send(new CreateTopicCommand({ Name: queue.name }));
    this.#made.push(TopicArn);
    const Attributes = { RawMessageDelivery: String(raw) };
    await this.#sns.send(
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes }),
    );
    await this.#sns.send(new PublishCommand({ TopicArn, Message, MessageAttributes }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const TopicArn of this.#made) await this.#sns.send(new DeleteTopicCommand({ TopicArn }));
    this.#sns.destroy();
  }
}
