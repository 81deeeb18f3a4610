// Query objects: `pg.Query`, pg-cursor, pg-query-stream, pg-copy-streams. The instrumentation does not end their spans, and with the
// SQL comment it sends a copy without their methods. Here they are sent themselves, in a span from `submit` to their end.
import { context, type Span } from '@opentelemetry/api';
import { addSqlCommenterComment } from '@opentelemetry/sql-common';
import { type Client, failSpan, needsSpan, type QueryTracer, startQuerySpan } from './query-span.ts';

type Handler = (...args: unknown[]) => unknown;

interface WithText {
  text?: unknown;
  name?: unknown;
}

export interface QueryObject extends WithText {
  submit: Handler;
  /** Of pg-query-stream. */
  cursor?: WithText;
  [handler: string]: unknown;
}

export const isQueryObject = (value: unknown): value is QueryObject =>
  typeof value === 'object' && value !== null && typeof (value as { submit?: unknown }).submit === 'function';

/** The methods that a client calls on its active query, and the program's callback. */
const HANDLERS =
  `callback handleRowDescription handleDataRow handlePortalSuspended handleEmptyQuery handleCommandComplete
  handleCopyInResponse handleCopyOutResponse handleCopyData handleReadyForQuery handleError`.split(/\s+/);

/** Runs `send`, which submits `query`, in a span if the request is sampled. */
export function sendQueryObject(
  pg: QueryTracer,
  client: Client,
  query: QueryObject,
  send: () => unknown,
): unknown {
  const ctx = context.active();
  for (const name of HANDLERS) wrap(query, name, (handler) => context.bind(ctx, handler));
  if (!needsSpan(pg, ctx)) return send();
  const { text, name } = typeof query.text === 'string' || !query.cursor ? query : query.cursor;
  const sql = String(text ?? '');
  const span = startQuerySpan(pg, client, sql || undefined);
  if (pg.getConfig().addSqlCommenterCommentToQueries && !name) {
    for (const owner of [query, query.cursor])
      if (owner && owner.text === sql) owner.text = addSqlCommenterComment(span, sql);
  }
  const end = endWith(query, span);
  try {
    return send();
  } catch (error) {
    end(error);
    throw error;
  }
}

/** Ends `span` when the server is ready for the next query, with an error, or by the function that is returned. */
function endWith(query: QueryObject, span: Span): (error?: unknown) => void {
  const end = (error?: unknown) => {
    if (!span.isRecording()) return;
    if (error) failSpan(span, error);
    span.end();
  };
  wrap(query, 'handleReadyForQuery', (handler) => (...args) => {
    end();
    return handler(...args);
  });
  wrap(query, 'handleError', (handler) => (error, ...args) => {
    end(error);
    return handler(error, ...args);
  });
  return end;
}

/** Replaces a method of `query` by what `make` makes of it. */
function wrap(query: QueryObject, name: string, make: (handler: Handler) => Handler): void {
  const handler = query[name];
  if (typeof handler === 'function') query[name] = make(handler.bind(query));
}
