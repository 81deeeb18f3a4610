// What senders to __name__ import. The context of the running work goes along with each message.
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';
import { GreetMessage, QUEUE } from './messages.ts';

export { QUEUE };

/** Sends one message; answers its id. `findQueue(sqs, QUEUE)` finds the queue. */
export function sendGreet(sqs: SQSClient, queue: Queue, message: GreetMessage): Promise<string> {
  return sendMessage(sqs, queue, GreetMessage.parse(message));
}
