import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterAll, expect, it } from 'vitest';
import { extractContext, injectContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { storedTraceId, withLinkedRoot } from './links.ts';
import { withSpan } from './span.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const traceId = '0af7651916cd43dd8448eb211c80319c';
const stored = (flags: string) => ({
  traceparent: `00-${traceId}-b7ad6b7169203331-${flags}`,
  tracestate: 'vendor=1',
  'x-mcp-tenant-id': 'acme',
});

it.each(['01', '00'])(
  'linked work starts a new trace, with a link that keeps flags %s and tracestate',
  async (flags) => {
    tracing.reset();
    await withSpan('elsewhere', {}, () => withLinkedRoot('job', extractContext(stored(flags)), {}, () => {}));
    const [job] = tracing.spans('job');
    expect(job?.parentSpanContext).toBeUndefined();
    expect(job?.spanContext().traceId).not.toBe(traceId);
    expect(job?.links).toHaveLength(1);
    expect(job?.links[0]?.context).toMatchObject({
      traceId,
      spanId: 'b7ad6b7169203331',
      traceFlags: Number(flags),
    });
    expect(job?.links[0]?.context.traceState?.serialize()).toBe('vendor=1');
    expect(job?.attributes).toMatchObject({ 'mesh.link.trace_id': traceId, 'mesh.tenant.id': 'acme' });
  },
);

it('linked work without a cause is a root without links', async () => {
  await withLinkedRoot('orphan', ROOT_CONTEXT, {}, () => {});
  const [orphan] = tracing.spans('orphan');
  expect(orphan).toMatchObject({ links: [], attributes: {} });
});

it('storedTraceId reads a stored context, and is undefined for an invalid one', async () => {
  const [id, carrier] = await withSpan('s', {}, (span) => [span.spanContext().traceId, injectContext()]);
  expect(storedTraceId(carrier)).toBe(id);
  expect(storedTraceId({})).toBeUndefined();
  expect(storedTraceId(null)).toBeUndefined();
  expect(trace.getSpanContext(ROOT_CONTEXT)).toBeUndefined();
});
