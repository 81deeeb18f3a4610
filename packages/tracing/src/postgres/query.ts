// Queries as text or as a configuration. Their callbacks run in the context of the caller: pg calls them from its socket.
import { type Context, context, trace } from '@opentelemetry/api';
import { addSqlCommenterComment } from '@opentelemetry/sql-common';
import {
  type Client,
  failSpan,
  needsSpan,
  type QueryTracer,
  recordDuration,
  startQuerySpan,
} from './query-span.ts';

type Method<This> = (this: This, ...args: unknown[]) => unknown;
type End = (error?: unknown) => void;

interface QueryConfig {
  text?: unknown;
  name?: unknown;
  callback?: unknown;
}

/** Calls `original`, `client.query`, with `args`; a query within a span is measured, and has a span if it is sampled. */
export function sendQuery(
  pg: QueryTracer,
  client: Client,
  args: unknown[],
  original: Method<Client>,
): unknown {
  const ctx = context.active();
  const end = trace.getSpan(ctx) && begin(pg, client, ctx, args);
  const isCalledBack = wrapCallback(args, (callback) => inContext(ctx, callback, end));
  try {
    const result = original.apply(client, args);
    if (end && !isCalledBack && result instanceof Promise) result.then(() => end(), end);
    return result;
  } catch (error) {
    end?.(error);
    throw error;
  }
}

/** `callback` in `ctx`, after `before` with the error that it gets. */
export const inContext = (ctx: Context, callback: Method<unknown>, before?: End): Method<unknown> =>
  function (...results) {
    before?.(results[0]);
    return context.with(ctx, () => callback.apply(this, results));
  };

function begin(pg: QueryTracer, client: Client, ctx: Context, args: unknown[]): End {
  const since = performance.now();
  const query = args[0] as string | QueryConfig | null | undefined;
  const { text, name } =
    typeof query === 'object' && query !== null ? query : { text: query, name: undefined };
  const sql = typeof text === 'string' ? text : undefined;
  const span = needsSpan(pg, ctx) ? startQuerySpan(pg, client, sql) : undefined;
  const isCommented = pg.getConfig().addSqlCommenterCommentToQueries && name === undefined;
  if (span && isCommented && sql !== undefined) {
    const commented = addSqlCommenterComment(span, sql);
    args[0] = typeof query === 'string' ? commented : { ...(query as QueryConfig), text: commented };
  }
  return (error) => {
    recordDuration(pg, client, sql, since, error, span);
    if (span && error) failSpan(span, error);
    span?.end();
  };
}

/** Replaces the callback of a query, an argument or a member of its configuration; false where there is none. */
function wrapCallback(args: unknown[], wrap: (callback: Method<unknown>) => Method<unknown>): boolean {
  const at = args.findLastIndex((arg) => typeof arg === 'function');
  if (at !== -1) {
    args[at] = wrap(args[at] as Method<unknown>);
    return true;
  }
  const config = args[0] as QueryConfig | null | undefined;
  const callback = typeof config === 'object' && config?.callback;
  if (typeof callback !== 'function') return false;
  // A copy: the program may use its object again.
  args[0] = Object.create(Object.getPrototypeOf(config), {
    ...Object.getOwnPropertyDescriptors(config),
    callback: { value: wrap(callback as Method<unknown>), writable: true },
  });
  return true;
}
