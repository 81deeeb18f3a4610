// The correct sender: two messages, each with its context in the field `traceparent` of its body. The first is of a trace that is not
// sampled.
import { openSqs } from '@trace-mesh/runtime/sqs-client';
import { extractContext, injectContext, runInContext } from '@trace-mesh/tracing/carrier';
import { sendInSpan } from '@trace-mesh/tracing/sqs';
import { beginTrace } from '../src/program.ts';

await beginTrace(async ({ endpoints, at, unsampled }) => {
  using sqs = openSqs(endpoints.sqs);
  const send = () =>
    sendInSpan(sqs, { name: 'lab', url: at }, {}, () => {
      const { traceparent } = injectContext();
      return { MessageBody: JSON.stringify({ to: 'reader@example.org', traceparent }) };
    });
  await runInContext(extractContext(unsampled), send);
  await send();
});
