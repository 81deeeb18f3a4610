import { context, INVALID_SPAN_CONTEXT, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { thrownValues } from '../arbitraries.fixture.ts';
import { extractContext, injectContext } from '../context/carrier.ts';
import { withMcpContext } from '../context/mcp-context.ts';
import { wrapErrorWithTrace } from '../errors/errors.ts';
import { startTestTracing } from '../testing.ts';
import { activeTraceId, markRecorded, recordError, recordedIn, withoutParent, withSpan } from './span.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

describe('an unsampled span', () => {
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

  it('of this process stands for every span below it: work and errors keep its ids, and nothing is recorded', async () => {
    const parent = withMcpContext(trace.setSpanContext(ROOT_CONTEXT, ids), { tenantId: 'acme' });
    const error = new Error('no');
    let carried = '';
    const failing = withSpan('below', { parent }, (span) => {
      expect(span.spanContext()).toBe(ids);
      carried = injectContext().traceparent ?? '';
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    expect(carried).toBe(`00-${ids.traceId}-${ids.spanId}-02`);
    expect(recordedIn(error)).toEqual(ids);
    expect(tracing.spans('below')).toEqual([]);
  });

  it('of another process has an unsampled child with an id of its own', async () => {
    const parent = extractContext({ traceparent: `00-${ids.traceId}-${ids.spanId}-00` });
    await withSpan('entry', { parent }, (span) => {
      expect(span.spanContext()).toMatchObject({ traceId: ids.traceId, traceFlags: 0 });
      expect(span.spanContext().spanId).not.toBe(ids.spanId);
    });
    expect(tracing.spans('entry')).toEqual([]);
  });
});

describe('withSpan', () => {
  it('records an error once, where it first passed, marks every span above, and rethrows the same object', async () => {
    const error = new Error('no');
    const failing = withSpan('outer', {}, () => withSpan('inner', {}, () => Promise.reject(error)));
    await expect(failing).rejects.toBe(error);
    const [inner] = tracing.spans('inner');
    const [outer] = tracing.spans('outer');
    expect(inner?.events).toHaveLength(1);
    expect(outer?.events).toHaveLength(0);
    expect([inner, outer].map((span) => span?.status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
    ]);
  });

  it('does not repeat an error that an instrumentation has recorded', async () => {
    const error = new Error('WRONGTYPE of secret');
    const failing = withSpan('outer', {}, () => {
      const command = trace.getTracer('of an instrumentation').startSpan('get');
      command.recordException(error);
      command.end();
      markRecorded(error, command.spanContext());
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    expect(tracing.spans('outer')[0]).toMatchObject({ events: [], status: { code: SpanStatusCode.ERROR } });
    expect(tracing.spans('outer')[0]?.status.message).toBeUndefined();
  });

  it.each(thrownValues())(
    'rejects with the same value for %s, and marks the span as failed',
    async (_, thrown) => {
      const outcome = await withSpan('work', {}, () => Promise.reject(thrown)).catch((caught) => ({
        caught,
      }));
      expect('caught' in outcome && Object.is(outcome.caught, thrown)).toBe(true);
      expect(tracing.spans('work')[0]?.status.code).toBe(SpanStatusCode.ERROR);
    },
  );

  it.each([
    ['an object with a message', { message: 'no stock', code: 'E_STOCK' }, 'no stock', 'Error'],
    ['an object with a name', { name: 'StockError', message: 'no stock' }, 'no stock', 'StockError'],
    [
      'an AggregateError without a message',
      new AggregateError([new Error('refused')]),
      'refused',
      'AggregateError',
    ],
    ['a frozen error', Object.freeze(new TypeError('frozen')), 'frozen', 'TypeError'],
    ['null', null, 'null', 'Error'],
    ['a symbol', Symbol('s'), 'Symbol(s)', 'Error'],
  ])('records %s by its message, and rejects with the same value', async (_, thrown, message, type) => {
    const rejection = withSpan('thrown', {}, () => Promise.reject(thrown)).then(
      () => 'resolved',
      (error) => error === thrown,
    );
    expect(await rejection).toBe(true);
    const [span] = tracing.spans('thrown').slice(-1);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(span?.attributes['error.type']).toBe(type);
    expect(span?.events.map(({ attributes }) => attributes?.['exception.message'])).toEqual([message]);
  });

  it.each(['then', 'a nested then', 'a rejection'])(
    'starts the work of a lazy thenable (%s) in the span',
    async (kind) => {
      const seen: (string | undefined)[] = [];
      const lazy = {
        // biome-ignore lint/suspicious/noThenProperty: query builders are thenables.
        then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
          seen.push(trace.getActiveSpan()?.spanContext().spanId);
          if (kind === 'a rejection') return reject(new Error('no row'));
          resolve(kind === 'a nested then' ? Promise.resolve('row') : 'row');
        },
      };
      await withSpan('lazy', {}, () => lazy as unknown as Promise<unknown>).catch(() => undefined);
      const [span] = tracing.spans('lazy').slice(-1);
      expect(seen).toEqual([span?.spanContext().spanId]);
    },
  );

  it('names the tenant of the verified MCP context', async () => {
    await context.with(withMcpContext(context.active(), { tenantId: 'acme' }), () =>
      withSpan('work', {}, () => {}),
    );
    expect(tracing.spans('work')[0]?.attributes['mesh.tenant.id']).toBe('acme');
  });
});

describe('a span without ids, as every span is with tracing off', () => {
  it('gives an error no origin, and the active context no trace id', () => {
    const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const error = new Error('refused');
    recordError(span, error);
    expect(recordedIn(error)).toBeUndefined();
    const ctx = trace.setSpan(ROOT_CONTEXT, span);
    for (const where of [ROOT_CONTEXT, ctx]) {
      const { fields } = context.with(where, () =>
        wrapErrorWithTrace(new Error('refused', { cause: error }), { code: 'x' }),
      );
      expect(fields).not.toHaveProperty('trace_id');
      expect(activeTraceId(where)).toBeUndefined();
    }
  });
});

describe('a carrier', () => {
  it("makes the receiver's span a child of the sender's", async () => {
    const carrier = await withSpan('near', {}, () => injectContext());
    await withSpan('far', { parent: extractContext(carrier) }, () => {});
    const [near] = tracing.spans('near');
    const [far] = tracing.spans('far');
    expect(far?.parentSpanContext?.spanId).toBe(near?.spanContext().spanId);
    expect(far?.spanContext().traceId).toBe(near?.spanContext().traceId);
  });

  it.each([undefined, null, 'text', {}, { traceparent: 7 }, { traceparent: '00-zz-1-01' }])(
    'with %j starts a new trace',
    (carrier) => {
      expect(trace.getSpanContext(extractContext(carrier))).toBeUndefined();
    },
  );

  it('is not merged with the context in which it is read', async () => {
    await withSpan('listener', {}, () => {
      expect(trace.getSpanContext(extractContext({}))).toBeUndefined();
      expect(withoutParent(() => activeTraceId())).toBeUndefined();
    });
  });
});
