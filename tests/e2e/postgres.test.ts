// Spans of Postgres queries hold no data; with sqlcommenter, Postgres receives the traceparent.
import { fileURLToPath } from 'node:url';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';

const endpoints = inject('endpoints');
const DATABASE_URL = inject('infra').databaseUrl;

const Answer = z.object({ traceId: z.string(), seen: z.string(), failed: z.string() });

async function query(env: Record<string, string> = {}) {
  const script = fileURLToPath(new URL('./postgres.fixture.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, ['--import', '@trace-mesh/tracing/register', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      DATABASE_URL,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      OTEL_SERVICE_NAME: 'test',
      ...env,
    },
  });
  const answer = Answer.parse(JSON.parse(stdout));
  const { trace } = await waitForTrace(endpoints.traces, answer.traceId, [], { timeoutMs: 10_000 });
  // A store lists spans in any order.
  const queries = trace.spans
    .filter((span) => 'db.query.text' in span.attributes)
    .toSorted((a, b) => a.startUs - b.startUs);
  return { ...answer, trace, queries };
}

it('spans of queries hold the sanitized text: no literal, no value from an error, no database name', async () => {
  const { trace, queries, failed } = await query();
  expect(failed).toContain('secret-3');
  expect(JSON.stringify(trace.spans)).not.toMatch(/secret|4711/);
  expect(queries.map((span) => [span.name, span.attributes['db.query.text']])).toEqual([
    ['SELECT', 'SELECT ? AS told, ? AS number'],
    ['SELECT pg_stat_activity', 'SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()'],
    ['SELECT', 'SELECT ?::uuid'],
  ]);
  expect(queries[2]?.attributes).toMatchObject({
    'db.response.status_code': '22P02',
    'error.type': '22P02',
  });
  const [work, failing] = ['work', 'failing'].map((name) => trace.spans.find((span) => span.name === name));
  const parents = [work?.spanId, work?.spanId, failing?.spanId];
  expect(queries.map((span) => span.parentSpanId)).toEqual(parents);
});

it('a failed query is recorded once, on its span; the span above has only the error status', async () => {
  const { trace, queries } = await query();
  const failing = trace.spans.find((span) => span.name === 'failing');
  expect(failing).toMatchObject({ status: { code: 'ERROR' }, events: [] });
  expect(failing?.status).not.toHaveProperty('message');
  expect(queries[2]?.events.map((event) => event.name)).toEqual(['exception']);
});

it('a query reaches Postgres without a comment by default', async () => {
  expect((await query()).seen).toBe('SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()');
});

it('with sqlcommenter a query reaches Postgres with the traceparent of its span', async () => {
  const { seen, queries, traceId } = await query({ OTEL_INSTRUMENTATION_PG_SQLCOMMENTER: 'true' });
  const spanId = queries.find((span) => span.name === 'SELECT pg_stat_activity')?.spanId;
  expect(seen).toMatch(new RegExp(`/\\*traceparent='00-${traceId}-${spanId}-01'\\*/$`));
});
