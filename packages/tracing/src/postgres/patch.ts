// Replaces the patches of the `pg` instrumentation: a request that is not sampled has no spans to start, callbacks run in the context of
// their caller, a connection's socket belongs to no trace, and query objects have spans. decisions/027-postgres-connections.md, 036
import { type Attributes, context, SpanKind, trace } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { recordsChildren } from '../spans/recorded.ts';
import { withoutParent } from '../spans/span.ts';
import { inContext, sendQuery } from './query.ts';
import { isQueryObject, sendQueryObject } from './query-object.ts';
import { type Client, failSpan, type QueryTracer } from './query-span.ts';

type Method<This> = (this: This, ...args: unknown[]) => unknown;
type Patch<This> = (original: Method<This>) => Method<This>;

interface Pool {
  options: { connectionString?: string; database?: string; host?: string; port?: number };
}

/** The methods of the instrumentation that make its patches. */
interface Patches extends QueryTracer {
  _getClientQueryPatch(): Patch<Client>;
  _getClientConnectPatch(): Patch<{ connection?: { connect(...args: unknown[]): void } }>;
  _getPoolConnectPatch(): Patch<Pool>;
}

/** Replaces the patches of queries and of a pool's `connect`, and opens sockets in the root context. */
export function patchPg(instrumentation: Instrumentation): void {
  const pg = instrumentation as unknown as Patches;
  const connect = pg._getClientConnectPatch();
  pg._getClientQueryPatch = () => (original) =>
    function (...args) {
      const [first] = args;
      if (!isQueryObject(first)) return sendQuery(pg, this, args, original);
      return sendQueryObject(pg, this, first, () => original.apply(this, args.map(bound)));
    };
  pg._getClientConnectPatch = () => (original) => {
    const traced = connect(original);
    return function (...args) {
      // Listeners and callbacks of a connection run in the context in which its socket was opened.
      const { connection } = this;
      const open = connection?.connect.bind(connection);
      if (connection && open) connection.connect = (...to) => withoutParent(() => open(...to));
      return traced.apply(this, args.map(bound));
    };
  };
  pg._getPoolConnectPatch = () => (original) =>
    function (callback) {
      return takeClient(pg, this, callback, original);
    };
}

const bound = (arg: unknown): unknown =>
  typeof arg === 'function' ? context.bind(context.active(), arg) : arg;

/** Calls `original`, `pool.connect`, in a span if the request is sampled. pg-pool calls back from the call that releases a client. */
function takeClient(pg: Patches, pool: Pool, callback: unknown, original: Method<Pool>): unknown {
  const ctx = context.active();
  const span = recordsChildren(ctx)
    ? pg.tracer.startSpan('pg-pool.connect', { kind: SpanKind.CLIENT, attributes: attributesOf(pool) })
    : undefined;
  const end = (error?: unknown) => {
    if (span && error) failSpan(span, error);
    span?.end();
  };
  const args = typeof callback === 'function' ? [inContext(ctx, callback as Method<unknown>, end)] : [];
  const open = () => original.apply(pool, args);
  const result = span ? context.with(trace.setSpan(ctx, span), open) : open();
  if (span && args.length === 0) (result as Promise<unknown>).then(() => end(), end);
  return result;
}

const poolAttributes = new WeakMap<Pool, Attributes>();

function attributesOf(pool: Pool): Attributes {
  const known = poolAttributes.get(pool);
  if (known) return known;
  const { connectionString = '', database, host, port } = pool.options;
  const url = URL.parse(connectionString);
  const attributes = {
    'db.system.name': 'postgresql',
    'db.namespace': url?.pathname.slice(1) ?? database,
    'server.address': url?.hostname ?? host,
    'server.port': Number(url?.port) || port,
  };
  poolAttributes.set(pool, attributes);
  return attributes;
}
