// A consumer of messages whose body has the context of their sender. Two messages come, one of a trace that is not sampled. Which spans
// of the consumer are recorded?
import { type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { processMessage } from '@trace-mesh/runtime/sqs-process';
import { withOwnQueue } from '@trace-mesh/scenarios/queues';
import { withoutTracing } from '@trace-mesh/tracing/sqs';
import { serve } from '../src/program.ts';

/** The context of a message's sender. */
function senderOf({ Body = '{}' }: Message) {
  const [, traceId = '', spanId = ''] = JSON.parse(Body).traceparent.split('-');
  const traceFlags = TraceFlags.SAMPLED; // ← whatever the sender decided
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

await serve(async ({ endpoints, announce }) => {
  await withOwnQueue({ endpoints }, async (sqs, queue) => {
    announce(queue.url);
    const request = { QueueUrl: queue.url, WaitTimeSeconds: 20 };
    for (let processed = 0; processed < 2; ) {
      const { Messages = [] } = await withoutTracing(() => sqs.send(new ReceiveMessageCommand(request)));
      for (const message of Messages) {
        const sender = senderOf(message);
        const delivery = { message, sender, attempt: 1, isLast: false, received: ROOT_CONTEXT };
        await processMessage(sqs, queue, delivery, sendMail);
        processed += 1;
      }
    }
  });
});

// The work itself is not part of the lesson.
async function sendMail(): Promise<void> {}
