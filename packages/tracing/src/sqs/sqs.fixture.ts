// For tests: an SQS server in this process, with queues that have dead letters.
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import type { Queue } from './send.ts';

/** Starts the server; `newQueue` makes a queue with dead letters and answers both. */
export async function startQueues() {
  process.env.AWS_REGION ??= 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false });
  let made = 0;

  return {
    sqs,
    async newQueue(maxReceives = 3): Promise<{ queue: Queue; deadLetters: Queue }> {
      const name = `q${made++}`;
      const dead = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }));
      const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${name}-dlq`;
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: String(maxReceives) });
      const created = await sqs.send(
        new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }),
      );
      const deadLetters = { name: `${name}-dlq`, url: dead.QueueUrl ?? '' };
      const queue = { name, url: created.QueueUrl ?? '', maxReceives, deadLetters };
      return { queue, deadLetters };
    },
    /** How many messages a queue holds, in hand or not. */
    async count({ url }: Queue): Promise<number> {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] });
      const { Attributes } = await sqs.send(command);
      return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      await app.close();
    },
  };
}
