// Query objects: `pg.Query`, pg-cursor, pg-query-stream, pg-copy-streams. The instrumentation never ends their spans, and with the
// SQL comment it sends a copy without their methods. Here they are sent as they are, in a span from `submit` to their end.
import {
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { TraceContextPropagator } from '../context/trace-context.ts';
import { describeQuery } from './sql-span.ts';

/** A client of `pg`, as far as spans describe it. */
export interface Client {
  connectionParameters: { database?: string; host?: string; port?: number };
}

/** What the instrumentation lends: its tracer and its settings. */
export interface QueryTracer {
  readonly tracer: Tracer;
  getConfig(): { addSqlCommenterCommentToQueries?: boolean };
}

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

/** What a client calls on the query that runs. */
const HANDLERS = [
  ...[
    'handleRowDescription',
    'handleDataRow',
    'handlePortalSuspended',
    'handleEmptyQuery',
    'handleCommandComplete',
  ],
  ...[
    'handleCopyInResponse',
    'handleCopyOutResponse',
    'handleCopyData',
    'handleReadyForQuery',
    'handleError',
  ],
];

/** Runs `send`, which submits `query`, without the instrumentation; in a span if there is one to be its parent. */
export function sendQueryObject(
  pg: QueryTracer,
  client: Client,
  query: QueryObject,
  send: () => unknown,
): unknown {
  const ctx = context.active();
  for (const name of ['callback', ...HANDLERS]) wrap(query, name, (handler) => context.bind(ctx, handler));
  if (!trace.getSpan(ctx)) return send();
  const holder = typeof query.text === 'string' || !query.cursor ? query : query.cursor;
  const text = String(holder.text ?? '');
  const span = startSpan(pg.tracer, client, text);
  if (pg.getConfig().addSqlCommenterCommentToQueries && !holder.name && text) {
    for (const owner of [query, query.cursor])
      if (owner && owner.text === text) owner.text = withComment(span, text);
  }
  endWith(query, span);
  try {
    // The instrumentation requires a parent span: without one it does nothing.
    return context.with(trace.deleteSpan(ctx), send);
  } catch (error) {
    fail(span, error);
    span.end();
    throw error;
  }
}

/** Ends `span` when the server is ready for the next query, or with an error. */
function endWith(query: QueryObject, span: Span): void {
  let ended = false;
  const end = (error?: unknown) => {
    if (ended) return;
    ended = true;
    if (error) fail(span, error);
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
}

/** Replaces a method of `query` by what `make` makes of it. */
function wrap(query: QueryObject, name: string, make: (handler: Handler) => Handler): void {
  const handler = query[name];
  if (typeof handler === 'function') query[name] = make(handler.bind(query));
}

function startSpan(
  tracer: Tracer,
  { connectionParameters: { database, host, port } }: Client,
  text: string,
): Span {
  const span = tracer.startSpan('pg.query', {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      ...(database !== undefined && { 'db.namespace': database }),
      ...(host !== undefined && { 'server.address': host }),
      ...(port !== undefined && { 'server.port': port }),
    },
  });
  if (text) describeQuery(span, text);
  return span;
}

/** In the instrumentation's form, of which sdk/conventions.ts keeps the code alone. */
function fail(span: Span, error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code ?? 'UNKNOWN';
  span.recordException(`PostgreSQL error occurred (code: ${code})`);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

const propagator = new TraceContextPropagator();

/** `text` with the trace context as a comment, unless it has a comment. https://google.github.io/sqlcommenter/spec/ */
function withComment(span: Span, text: string): string {
  if (/--|\/\*/.test(text)) return text;
  const carrier: Record<string, string> = {};
  propagator.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, {
    set: (to, key, value) => void Object.assign(to, { [key]: value }),
  });
  const encode = (value: string) =>
    encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(carrier).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length
    ? `${text} /*${pairs.map(([key, value]) => `${key}='${encode(value)}'`).join(',')}*/`
    : text;
}
