// The worker's queue as a sender with write access sees it: sends any message and reads its outcome.
import {
  DeleteMessageCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { inject, vi } from 'vitest';
import type { Answer } from './input.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };
const credentials = { accessKeyId: 'hostile', secretAccessKey: 'hostile' };

const openQueue = () =>
  new SQSClient({ endpoint: inject('endpoints').sqs, region: 'us-east-1', credentials });

const urlOf = (queue: string) => `${inject('endpoints').sqs}/000000000000/${queue}`;

export type Attributes = Record<string, MessageAttributeValue>;

/** Sends to the queue `tasks`; answers the message's id, or what the queue itself refused it with. */
export async function sendToWorker(MessageBody: string, MessageAttributes: Attributes = {}): Promise<string> {
  const sqs = openQueue();
  try {
    const command = new SendMessageCommand({ QueueUrl: urlOf('tasks'), MessageBody, MessageAttributes });
    return (await sqs.send(command)).MessageId ?? '';
  } finally {
    sqs.destroy();
  }
}

export interface DeadLetter extends Answer {
  /** The code and the sentence that its `mesh-error` gives as the reason. */
  code: unknown;
  message: unknown;
  attributes: string[];
}

/** The dead letter with this body, once it is one; takes it out, so that the next ones come into sight. */
export async function deadLetterWith(body: string): Promise<DeadLetter> {
  const sqs = openQueue();
  const command = new ReceiveMessageCommand({
    QueueUrl: urlOf('tasks-dlq'),
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
    MessageAttributeNames: ['All'],
  });
  try {
    return await vi.waitFor(async () => {
      const { Messages = [] } = await sqs.send(command);
      const found = Messages.find((message) => message.Body === body);
      if (!found) throw new Error('no such dead letter yet');
      await sqs.send(
        new DeleteMessageCommand({ QueueUrl: urlOf('tasks-dlq'), ReceiptHandle: found.ReceiptHandle }),
      );
      const { 'mesh-error': reason, ...attributes } = found.MessageAttributes ?? {};
      const { code, message } = JSON.parse(reason?.StringValue ?? '{}');
      return { code, message, attributes: Object.keys(attributes).sort(), text: reason?.StringValue ?? '' };
    }, PATIENCE);
  } finally {
    sqs.destroy();
  }
}
