import { EventEmitter } from 'node:events';
import { context, trace } from '@opentelemetry/api';
import { type Client, Pool } from 'pg';
import { afterAll, expect, it } from 'vitest';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { keepContextWhileWaiting } from './pool-context.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

/** A connection that needs no database, and notes the span in which each query is made. */
class FakeClient extends EventEmitter {
  static readonly seen: Record<string, string | undefined> = {};
  connect(done: () => void): void {
    setImmediate(done);
  }
  query(text: string, _values: unknown, done: (error: null, result: object) => void): void {
    FakeClient.seen[text] = trace.getSpanContext(context.active())?.spanId;
    setImmediate(done, null, { rows: [] });
  }
  end(done?: () => void): void {
    if (done) setImmediate(done);
  }
}

it('lets a query that waited for a connection run in its own context, also where that holds no span', async () => {
  const pool = new Pool({ max: 1, Client: FakeClient as unknown as new () => Client });
  keepContextWhileWaiting(pool);
  const waiting: Promise<unknown>[] = [];
  const ids: string[] = [];
  const held = await pool.connect();
  waiting.push(pool.query('of nobody', []));
  waiting.push(
    withSpan('other work', {}, (span) => {
      ids.push(span.spanContext().spanId);
      return pool.query('of other work', []);
    }),
  );
  await withSpan('releasing', {}, () => held.release());
  await Promise.all(waiting);
  expect(FakeClient.seen).toEqual({ 'of nobody': undefined, 'of other work': ids[0] });
  await pool.end();
});
