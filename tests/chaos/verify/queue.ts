// What is left in the queues: nothing to do, and dead letters only of what had to fail, each with its error.
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { fromMessageAttribute, SQS_ERROR_ATTRIBUTE } from '@trace-mesh/tracing/error-carriers';
import type { Violation } from '../violation.ts';
import type { StoredTask } from './tasks.ts';

export interface DeadLetter {
  body: string;
  /** The code of the error that it carries. */
  error: string | undefined;
}

/** Takes every dead letter out. */
export async function takeDeadLetters(sqs: SQSClient): Promise<DeadLetter[]> {
  const QueueUrl = await urlOf(sqs, 'tasks-dlq');
  const taken: DeadLetter[] = [];
  for (;;) {
    const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: [SQS_ERROR_ATTRIBUTE] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
    if (Messages.length === 0) return taken;
    for (const message of Messages) {
      taken.push({ body: message.Body ?? '', error: fromMessageAttribute(message)?.code });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}

/** @param poison the body of the message that was sent to fail, where one was */
export function checkDeadLetters(
  letters: readonly DeadLetter[],
  stored: ReadonlyMap<string, StoredTask>,
  poison: string | undefined,
): Violation[] {
  const failed = [...stored.values()].filter(({ status }) => status === 'failed');
  const owed = [...failed.map(({ taskId }) => taskId), ...(poison ? [poison] : [])];
  const unexpected = letters.filter(({ body }) => !owed.some((part) => body.includes(part)));
  return [
    ...owed.flatMap((part) => checkOwed(part, letters)),
    ...unexpected.map(({ body, error }) => ({
      promise: 'what has not failed is no dead letter',
      subject: body,
      seen: `a dead letter with the error ${error}`,
    })),
  ];
}

function checkOwed(part: string, letters: readonly DeadLetter[]): Violation[] {
  const promise = 'what failed for good is one dead letter, with its error';
  const found = letters.filter(({ body }) => body.includes(part));
  if (found.length === 1 && found[0]?.error) return [];
  const seen =
    found.length === 0 ? 'none' : found.map(({ error }) => `one with ${error ?? 'no error'}`).join(', ');
  return [{ promise, subject: part, seen }];
}

/** Nothing waits and nothing is in flight. */
export async function checkEmpty(sqs: SQSClient): Promise<Violation[]> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await urlOf(sqs, 'tasks'),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: inFlight } =
    Attributes;
  if (Number(waiting) + Number(inFlight) === 0) return [];
  const seen = `${waiting} wait, ${inFlight} in flight`;
  return [{ promise: 'when all tasks have ended the queue is empty', subject: 'queue tasks', seen }];
}

export async function urlOf(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  if (!QueueUrl) throw new Error(`the queue ${QueueName} has no URL`);
  return QueueUrl;
}
