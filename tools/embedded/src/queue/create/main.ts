// Creates the mesh's queues on an SQS server that runs elsewhere, each with a dead-letter queue; then exits.
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { queueAttributes } from '../mesh-queue.ts';

const { SQS_ENDPOINT, QUEUES } = z.object({ SQS_ENDPOINT: z.url(), QUEUES: z.string() }).parse(process.env);
// LocalStack's queue URLs name a host that resolves only with DNS.
const sqs = new SQSClient({ endpoint: SQS_ENDPOINT, useQueueUrlAsEndpoint: false });

async function create(QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
  return QueueUrl;
}

async function arnOf(QueueUrl: string): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.send(command)).Attributes?.QueueArn ?? '';
}

for (const name of QUEUES.split(' ')) {
  const deadLetterArn = await arnOf(await create(`${name}-dlq`));
  // In a second step, because CreateQueue refuses a name that exists with other attributes.
  const QueueUrl = await create(name);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: queueAttributes(deadLetterArn) }));
}
