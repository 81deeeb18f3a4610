// A process with the tracing preload for postgres.test.ts: queries Postgres with literals, for the text of its own query as the
// server received it, and with an error. Prints one JSON line.

import { openDatabase } from '@trace-mesh/runtime/postgres';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { createLogger } from '@trace-mesh/tracing/logger';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';

await using db = openDatabase(process.env.DATABASE_URL ?? '', createLogger());
const answer = await withSpan('work', {}, async () => {
  await db.query("SELECT 'secret-1' AS told, 4711 AS number /* secret-2 */");
  const seen = await db.query('SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()');
  const failing = withSpan('failing', {}, () => db.query("SELECT 'secret-3'::uuid"));
  const failed = await failing.then(String, (error: Error) => error.message);
  return { traceId: activeTraceId(), seen: seen.rows[0].query, failed };
});
await shutdownTelemetry();
console.log(JSON.stringify(answer));
