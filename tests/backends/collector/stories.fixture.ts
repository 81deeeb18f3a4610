// Makes stories and exports them: a request, the job that it started, and a batch that links to the job. The last line on stdout is
// JSON, an array of `Story`. Arguments: how many stories; each how many-th has an error, in one span at random.
import { setImmediate } from 'node:timers/promises';
import { context, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { withLinkedRoot } from '@trace-mesh/tracing/links';
import { withSpan } from '@trace-mesh/tracing/span';

export interface Story {
  /** Of the request, the job and the batch. */
  traceIds: string[];
  failed: boolean;
}

/** Spans of the batch below its root. */
const ITEMS = 10;
/** Spans of a story: the request and the job have two, the batch its root and its items. */
export const SPANS = 2 + 2 + 1 + ITEMS;

async function tell(failing: number | undefined): Promise<Story> {
  const traceIds: string[] = [];
  let made = 0;
  const mark = (span: Span) => {
    const { traceId } = span.spanContext();
    if (!traceIds.includes(traceId)) traceIds.push(traceId);
    if (made++ === failing) span.setStatus({ code: SpanStatusCode.ERROR, message: 'failed' });
  };
  const child = (name: string) => withSpan(name, {}, mark);
  const nested = (name: string, work: () => Promise<unknown>) => async (span: Span) => {
    mark(span);
    await work();
    await child(name);
    return context.active();
  };
  const none = async () => {};
  const request = await withSpan('POST /api/jobs', { kind: SpanKind.SERVER }, nested('create job', none));
  const job = await withLinkedRoot('start job', request, {}, nested('finish job', none));
  const items = async () => {
    for (let item = 1; item < ITEMS; item++) await child(`item ${item}`);
  };
  await withLinkedRoot('batch', job, {}, nested(`item ${ITEMS}`, items));
  return { traceIds, failed: failing !== undefined };
}

if (import.meta.main) {
  const [count = 0, every = 1] = process.argv.slice(2).map(Number);
  const stories: Story[] = [];
  for (let n = 0; n < count; n++) {
    stories.push(await tell(n % every === 0 ? Math.floor(Math.random() * SPANS) : undefined));
    // Lets the exporter run.
    await setImmediate();
  }
  await shutdownTelemetry();
  console.log(JSON.stringify(stories));
}
