// The span of a query, and its duration as a metric.
import {
  type Context,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type DurationInit, durations, type RecordDuration } from '../sdk/durations.ts';
import { recordsChildren } from '../spans/recorded.ts';
import { describeSql } from './sql.ts';

/** A client of `pg`, as far as spans describe it. */
export interface Client {
  database?: string;
  connectionParameters: { database?: string; host?: string; port?: number };
}

/** The members of the instrumentation that are used. */
export interface QueryTracer {
  readonly tracer: Tracer;
  readonly _operationDuration: Histogram;
  getConfig(): { addSqlCommenterCommentToQueries?: boolean };
}

const DURATION: DurationInit = {
  name: 'db.client.operation.duration',
  description: 'Duration of database client operations.',
  attributes: [
    'db.system.name',
    'db.namespace',
    'server.address',
    'server.port',
    'db.operation.name',
    'error.type',
  ],
  boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
};

/** Whether a query within the active span is to have one: if it is recorded, or if its id is sent in an SQL comment. */
export const needsSpan = (pg: QueryTracer, ctx: Context): boolean =>
  recordsChildren(ctx) ||
  (pg.getConfig().addSqlCommenterCommentToQueries === true && trace.getSpan(ctx) !== undefined);

/** Starts the span of a query, named by its summary; `sql` is undefined for a query without text. */
export function startQuerySpan(
  { tracer }: QueryTracer,
  { connectionParameters: { database, host, port } }: Client,
  sql: string | undefined,
): Span {
  const query = sql === undefined ? undefined : describeSql(sql);
  return tracer.startSpan(query?.['db.query.summary'] ?? 'pg.query', {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': database,
      'server.address': host,
      'server.port': port,
      ...query,
    },
  });
}

/** In the instrumentation's form, of which sdk/conventions.ts keeps the code alone: messages of Postgres contain values. */
export function failSpan(span: Span, error: unknown): void {
  if (error instanceof Error) {
    const { name, code = 'UNKNOWN' } = error as Error & { code?: unknown };
    span.recordException(`PostgreSQL error of type '${name}' occurred (code: ${code})`);
  }
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Of a text: its first word. */
const operations = new Map<string, string | undefined>();
const MAX_OPERATIONS = 500;

function operationOf(sql: string): string | undefined {
  if (operations.has(sql)) return operations.get(sql);
  const operation = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase();
  if (operations.size < MAX_OPERATIONS) operations.set(sql, operation);
  return operation;
}

let record: RecordDuration | undefined;

/** Records `db.client.operation.duration`, of every query that is made for a request, sampled or not. */
export function recordDuration(
  pg: QueryTracer,
  { database, connectionParameters: { host, port } }: Client,
  sql: string | undefined,
  since: number,
  error: unknown,
  span: Span | undefined,
): void {
  record ??= durations(DURATION, () => pg._operationDuration);
  const operation = sql === undefined ? undefined : operationOf(sql);
  const code = (error as { code?: string } | null | undefined)?.code;
  record(since, ['postgresql', database, host, port, operation, code], span);
}
