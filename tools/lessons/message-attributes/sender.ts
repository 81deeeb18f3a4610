// The correct sender: one message, with its context in the attribute `traceparent`.

import { openSqs } from '@trace-mesh/runtime/sqs-client';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { beginTrace } from '../src/program.ts';

await beginTrace(async ({ endpoints, at }) => {
  using sqs = openSqs(endpoints.sqs);
  await sendMessage(
    sqs,
    { name: 'lab', url: at },
    { to: 'reader@example.org', text: 'Your order is on its way.' },
  );
});
