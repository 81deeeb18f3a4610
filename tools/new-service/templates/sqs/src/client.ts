// The client of __name__. Each message has the active context.
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';
import { GreetMessage, QUEUE } from './messages.ts';

export { QUEUE };

/** Sends one message; resolves with its id. `findQueue(sqs, QUEUE)` finds the queue. */
export function sendGreet(sqs: SQSClient, queue: Queue, message: GreetMessage): Promise<string> {
  return sendMessage(sqs, queue, GreetMessage.parse(message));
}
