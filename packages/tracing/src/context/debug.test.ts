import { context, propagation, trace } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import {
  debugTraceContext,
  describeTraceContext,
  restoreTraceContext,
  restoreTraceLink,
  type StoredSpanContext,
} from './debug.ts';
import { withMcpContext } from './mcp-context.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const stored: StoredSpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: '00',
  traceState: 'a=1',
};

describe('restoring a context from stored ids', () => {
  it('continues the trace, with its flags and tracestate', async () => {
    const next = await withSpan('work', { parent: restoreTraceContext(stored) }, () =>
      describeTraceContext(),
    );
    expect(next).toMatchObject({ traceId: stored.traceId, sampled: false, remote: false, tracestate: 'a=1' });
  });

  it('assumes sampled if the flags were not stored', async () => {
    const { traceId, spanId } = stored;
    await withSpan('work', { parent: restoreTraceContext({ traceId, spanId }) }, () => {});
    expect(tracing.spans('work')[0]?.parentSpanContext?.spanId).toBe(spanId);
  });

  it('gives a link that keeps flags and tracestate', () => {
    const [link] = restoreTraceLink(stored, { why: 'retry' });
    expect(link?.context).toMatchObject({ traceId: stored.traceId, spanId: stored.spanId, traceFlags: 0 });
    expect(link?.context.traceState?.serialize()).toBe('a=1');
    expect(link?.attributes).toEqual({ why: 'retry' });
  });

  it.each([
    { ...stored, traceId: 'no' },
    { ...stored, spanId: '0'.repeat(16) },
    { ...stored, traceFlags: '1' },
    { ...stored, traceFlags: '01-more' },
  ])('gives a root context for %j', (broken) => {
    expect(trace.getSpanContext(restoreTraceContext(broken))).toBeUndefined();
    expect(restoreTraceLink(broken)).toEqual([]);
  });
});

describe('logging the context', () => {
  it('logs ids, flags, MCP context and the keys of the baggage', async () => {
    const lines: string[] = [];
    const logger = createLogger({ write: (line) => void lines.push(line) });
    logger.level = 'debug';
    const baggage = propagation.createBaggage({ secret: { value: 'hunter2' } });
    const ctx = withMcpContext(propagation.setBaggage(restoreTraceContext(stored), baggage), {
      tenantId: 'acme',
    });
    context.with(ctx, () => debugTraceContext(logger, 'test'));
    expect(lines.join()).not.toContain('hunter2');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      where: 'test',
      trace_context: {
        traceId: stored.traceId,
        spanId: stored.spanId,
        sampled: false,
        remote: true,
        traceparent: `00-${stored.traceId}-${stored.spanId}-00`,
        tracestate: 'a=1',
        baggageKeys: ['secret'],
        mcp: { tenantId: 'acme' },
      },
    });
  });

  it('logs no ids without a trace', () => {
    expect(describeTraceContext()).toEqual({ baggageKeys: [] });
  });
});
