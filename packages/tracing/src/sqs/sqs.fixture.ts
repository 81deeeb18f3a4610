// For tests: an SQS and SNS server in this process, with queues that have dead letters.
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { afterAll } from 'vitest';
import type { Queue } from './send.ts';

/** What `newQueue` makes: a FIFO queue deduplicates by the hash of the body. */
export interface QueueOptions {
  fifo?: boolean;
  maxMessageBytes?: number;
}

/** Starts a server for the calling test file; `newQueue` creates a queue with a dead-letter queue and returns both. */
export async function startQueues() {
  process.env.AWS_REGION ??= 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });
  afterAll(async () => {
    sqs.destroy();
    await app.close();
  });
  let made = 0;

  return {
    endpoint,
    sqs,
    async newQueue(
      maxReceives = 3,
      { fifo = false, maxMessageBytes }: QueueOptions = {},
    ): Promise<{ queue: Queue; deadLetters: Queue }> {
      const number = made++;
      const [name, dead] = [`q${number}`, `q${number}-dlq`].map((base) => base + (fifo ? '.fifo' : ''));
      const create = async (QueueName = '', more: Record<string, string> = {}): Promise<Queue> => {
        const Attributes = { ...(fifo && { FifoQueue: 'true', ContentBasedDeduplication: 'true' }), ...more };
        const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
        return { name: QueueName, url };
      };
      const deadLetters = await create(dead);
      const policy = {
        deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${deadLetters.name}`,
        maxReceiveCount: `${maxReceives}`,
      };
      const queue = await create(name, {
        RedrivePolicy: JSON.stringify(policy),
        ...(maxMessageBytes && { MaximumMessageSize: `${maxMessageBytes}` }),
      });
      return { queue: { ...queue, maxReceives, deadLetters }, deadLetters };
    },
    /** How many messages a queue has, waiting and in flight. */
    async count({ url }: Queue): Promise<number> {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] });
      const { Attributes } = await sqs.send(command);
      return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
  };
}
