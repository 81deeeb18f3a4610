// A message that no handler can make sense of: it fails as often as the queue delivers it, and is then a dead letter.
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { ChaosMesh } from './chaos-mesh.ts';

export const POISON = 'poison: no task at all';

export async function sendPoison({ sqs }: ChaosMesh): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'tasks' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: POISON }));
}
