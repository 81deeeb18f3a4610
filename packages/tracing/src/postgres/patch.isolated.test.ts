// The context in which a pool and its clients call back, without a database.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { context, propagation, trace } from '@opentelemetry/api';
import type { Client, Pool as PgPool } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';
import { withSpan } from '../spans/span.ts';

const tracing = startInstrumented('pg');
const { Pool } = createRequire(import.meta.url)('pg') as { Pool: typeof PgPool };
afterEach(() => tracing.reset());

const spanHere = () => trace.getSpanContext(context.active())?.spanId;
const baggageHere = () => propagation.getBaggage(context.active())?.getEntry('a')?.value;

/** A connection that records the active span of each query. */
class FakeClient extends EventEmitter {
  static readonly seen: Record<string, string | undefined> = {};
  connect(done: () => void): void {
    setImmediate(done);
  }
  query(text: string, _values: unknown, done: (error: null, result: object) => void): void {
    FakeClient.seen[text] = spanHere();
    setImmediate(done, null, { rows: [] });
  }
  end(done?: () => void): void {
    if (done) setImmediate(done);
  }
}
const openPool = () => new Pool({ max: 1, Client: FakeClient as unknown as new () => Client });

describe('a query that waited for a connection', () => {
  it('runs in its own context, also if that holds no span', async () => {
    const pool = openPool();
    const held = await pool.connect();
    const outside = pool.query('outside', []);
    let own: string | undefined;
    const inside = withSpan('work', {}, (span) => {
      own = span.spanContext().spanId;
      return pool.query('inside', []);
    });
    await withSpan('releasing', {}, () => held.release());
    await Promise.all([outside, inside]);
    expect(FakeClient.seen).toEqual({ outside: undefined, inside: own });
    await pool.end();
  });

  it('calls back in its own context, with the baggage of it', async () => {
    const pool = openPool();
    const held = await pool.connect();
    const ctx = propagation.setBaggage(context.active(), propagation.createBaggage({ a: { value: '1' } }));
    const called = context.with(
      ctx,
      () =>
        new Promise((resolve) => {
          pool.connect((_error, _client, release) => {
            release();
            resolve([spanHere(), baggageHere()]);
          });
        }),
    );
    await withSpan('releasing', {}, () => held.release());
    expect(await called).toEqual([undefined, '1']);
    await pool.end();
  });
});
