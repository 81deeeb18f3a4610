// A consumer receives one message and processes it as a child of its sender's span, if the message carries one.
import { type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { processMessage } from '@trace-mesh/runtime/sqs-process';
import { withOwnQueue } from '@trace-mesh/scenarios/queues';
import { withoutTracing } from '@trace-mesh/tracing/sqs';
import { extractFromMessage } from '@trace-mesh/tracing/sqs-receive';
import { serve } from '../src/program.ts';

await serve(async ({ endpoints, announce }) => {
  await withOwnQueue({ endpoints }, async (sqs, queue) => {
    announce(queue.url);
    const request = { QueueUrl: queue.url, WaitTimeSeconds: 20, MessageAttributeNames: ['All'] }; // ← requests all
    let message: Message | undefined;
    while (!message) {
      const { Messages = [] } = await withoutTracing(() => sqs.send(new ReceiveMessageCommand(request)));
      message = Messages[0];
    }
    const sender = extractFromMessage(message);
    const delivery = { message, sender, attempt: 1, isLast: false, received: ROOT_CONTEXT };
    await processMessage(sqs, queue, delivery, sendMail);
  });
});

// The work itself is not part of the lesson.
async function sendMail(): Promise<void> {}
