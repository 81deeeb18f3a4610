import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterAll, describe, expect, it } from 'vitest';
import { extractContext, injectContext } from '../context/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { ATTR_MESH_LINK_TRACE_ID } from './attributes.ts';
import { storedTraceId, withLinkedRoot } from './links.ts';
import { linkTo, withSpan } from './span.ts';

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

describe('each linked trace can be searched', () => {
  const other = (digit: string) =>
    extractContext({ traceparent: `00-${digit.repeat(32)}-b7ad6b7169203331-01` });
  const searchable = (name: string) => {
    const [span] = tracing.spans(name);
    const events = span?.events.map(({ name, attributes, time }) => [name, attributes, time]);
    return { attribute: span?.attributes[ATTR_MESH_LINK_TRACE_ID], events, start: span?.startTime };
  };
  const linkEvent = (digit: string, time: unknown) => [
    'link',
    { [ATTR_MESH_LINK_TRACE_ID]: digit.repeat(32) },
    time,
  ];

  it('by an event of the linking span, once for each trace and not for its own', async () => {
    tracing.reset();
    await withSpan(
      'batch',
      { links: [other('a'), other('b'), other('a')].flatMap((ctx) => linkTo(ctx)) },
      (span) => {
        span.addLink({ context: span.spanContext() });
        span.addLinks(linkTo(other('c')));
      },
    );
    const { events, start, attribute } = searchable('batch');
    expect(events).toEqual(['a', 'b', 'c'].map((digit) => linkEvent(digit, start)));
    expect(attribute).toBeUndefined();
  });

  it('by the attribute of a root for its cause, and by events for its other links', async () => {
    tracing.reset();
    await withLinkedRoot('caused', other('a'), { links: linkTo(other('b')) }, () => {});
    const { events, start, attribute } = searchable('caused');
    expect(attribute).toBe('a'.repeat(32));
    expect(events).toEqual([linkEvent('b', start)]);
  });
});
