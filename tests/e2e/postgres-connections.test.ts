// What a pooled connection calls back, and what query objects leave in a trace, against a real Postgres.
import { fileURLToPath } from 'node:url';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

const Answer = z.object({ traceId: z.string(), seen: z.record(z.string(), z.unknown()) });
const { databaseUrl: DATABASE_URL } = inject('infra');
const endpoints = inject('endpoints');

async function run(sqlcommenter: string) {
  const script = fileURLToPath(new URL('./postgres-connections.fixture.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, ['--import', '@trace-mesh/tracing/register', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      DATABASE_URL,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      OTEL_SERVICE_NAME: 'test',
      OTEL_INSTRUMENTATION_PG_SQLCOMMENTER: sqlcommenter,
    },
  });
  const answer = Answer.parse(JSON.parse(stdout));
  const { trace } = await waitForTrace(endpoints.traces, answer.traceId, [], { timeoutMs: 10_000 });
  return { ...answer, trace };
}

describe.each(['false', 'true'])('with the SQL comment %s', async (sqlcommenter) => {
  const { seen, traceId, trace } = await run(sqlcommenter);
  const work = trace.spans.find((span) => span.name === 'work');
  const queries = trace.spans.filter(
    (span) => span.parentSpanId === work?.spanId && 'db.query.text' in span.attributes,
  );
  const spanOf = (text: string) =>
    queries.find((span) => String(span.attributes['db.query.text']).includes(text));

  it.each(['callback of a query outside', 'callback in a configuration', 'notification', 'notice', 'drain'])(
    'a %s is in no trace, though its connection was opened in one',
    (name) => {
      expect(seen).toHaveProperty([name], null);
    },
  );

  it('a callback has the baggage of its caller, without any span', () => {
    expect(seen['baggage in a callback']).toBe('1');
  });

  it('query objects, cursors and streams return their rows', () => {
    expect(seen).toMatchObject({
      query: Array.from({ length: 5 }, (_, i) => ({ n: i + 1 })),
      'query by callback': 4,
      named: [{ n: 3 }, { n: 4 }, { n: 5 }],
      cursor: [2, 3, 0],
      'cursor that is closed': 1,
      stream: 5,
      'query that fails': '22P02',
      'end of a query object': true,
    });
  });

  it.each(['n > ?', 'n > $1', 'n < ?'])('the query with %s has a span below the work', (condition) => {
    expect(spanOf(condition)).toMatchObject({ name: 'SELECT', kind: 'client', traceId });
    expect(spanOf(condition)?.attributes).toMatchObject({
      'db.system.name': 'postgresql',
      'db.operation.name': 'SELECT',
    });
  });

  it('each query object has one span: three queries, two cursors, a stream, a failure and a comment', () => {
    expect(queries).toHaveLength(8);
  });

  it('a query object that fails has the code and no value on its span', () => {
    expect(spanOf('::uuid')?.attributes).toMatchObject({
      'db.response.status_code': '22P02',
      'error.type': '22P02',
    });
    expect(JSON.stringify(trace.spans)).not.toContain('secret');
  });

  it('a query object has the comment of other queries, if that is on', () => {
    const spanId = spanOf('pg_stat_activity')?.spanId;
    const { query } = seen.comment as { query: string };
    const text = 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()';
    expect(query).toBe(
      sqlcommenter === 'true' ? `${text} /*traceparent='00-${traceId}-${spanId}-01'*/` : text,
    );
  });

  it('work of a query builder in a transaction runs in the trace of the transaction', () => {
    expect(seen['lazy work in a transaction']).toBe(true);
  });
});
