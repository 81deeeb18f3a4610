// What a query costs and leaves behind: nothing outside a request, a duration in any request, a span in a sampled one.
import { type Attributes, context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { sendQuery } from './query.ts';
import type { QueryTracer } from './query-span.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());
const record = vi.fn<(value: number, attributes?: Attributes) => void>();
afterEach(() => {
  tracing.reset();
  record.mockClear();
});

const pg = { tracer: trace.getTracer('@opentelemetry/instrumentation-pg'), _operationDuration: { record } };
const tracer = (addSqlCommenterCommentToQueries = false): QueryTracer => ({
  ...pg,
  getConfig: () => ({ addSqlCommenterCommentToQueries }),
});
const client = { database: 'mesh', connectionParameters: { database: 'mesh', host: 'db', port: 5432 } };
const SQL = 'select 1 from tasks';
const DURATION = {
  'db.system.name': 'postgresql',
  'db.namespace': 'mesh',
  'db.operation.name': 'SELECT',
  'server.address': 'db',
  'server.port': 5432,
};
const isUnsampled = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: TraceFlags.NONE,
});

it('outside a request neither a span nor a duration is recorded, and the result is that of the client', () => {
  const result = Promise.resolve();
  const send = vi.fn(() => result);
  expect(sendQuery(tracer(), client, [SQL, [1]], send)).toBe(result);
  expect(send).toHaveBeenCalledExactlyOnceWith(SQL, [1]);
  expect(record).not.toHaveBeenCalled();
});

it('in a request that is not sampled a duration is recorded, and no span is started', async () => {
  const startSpan = vi.spyOn(pg.tracer, 'startSpan');
  await context.with(isUnsampled, () => sendQuery(tracer(), client, [SQL], async () => {}));
  expect(startSpan).not.toHaveBeenCalled();
  expect(record).toHaveBeenCalledExactlyOnceWith(expect.any(Number), DURATION);
});

it('with the SQL comment a query that is not sampled is sent with its trace id', async () => {
  const send = vi.fn(async (_: unknown) => {});
  await context.with(isUnsampled, () => sendQuery(tracer(true), client, [SQL], send));
  expect(send.mock.calls[0]?.[0]).toMatch(new RegExp(`^${SQL} /\\*traceparent='00-a{32}-\\w{16}-00'`));
});

it.each([
  ['a promise', (error: Error) => [[SQL], () => Promise.reject(error)]],
  ['a callback', (error: Error) => [[SQL, () => {}], (_: string, done: (e: Error) => void) => done(error)]],
] as [string, (error: Error) => [unknown[], () => unknown]][])(
  'a failure by %s has its code on the span and in the duration, and no message',
  async (_, make) => {
    const error = Object.assign(new Error('secret'), { code: '23505' });
    const [args, send] = make(error);
    await withSpan('work', {}, async () => {
      await Promise.allSettled([sendQuery(tracer(), client, args, send)]);
    });
    const [span] = tracing.spans('SELECT tasks');
    expect(span?.attributes).toMatchObject({ 'error.type': '23505', 'db.response.status_code': '23505' });
    expect(JSON.stringify([span?.status, span?.events])).not.toContain('secret');
    expect(record.mock.calls[0]?.[1]).toEqual({ ...DURATION, 'error.type': '23505' });
  },
);

it('a configuration with a callback can be used again', async () => {
  const callback = vi.fn();
  const config = Object.freeze({ text: SQL, callback });
  const send = (query: unknown) => (query as typeof config).callback(null, 'rows');
  for (let times = 1; times <= 2; times += 1) {
    await withSpan('work', {}, () => void sendQuery(tracer(), client, [config], send));
    expect(callback).toHaveBeenCalledTimes(times);
  }
  expect(tracing.spans('SELECT tasks')).toHaveLength(2);
});
