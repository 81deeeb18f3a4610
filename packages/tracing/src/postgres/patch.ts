// Corrections of the `pg` instrumentation: callbacks run in the context of their caller, a connection's socket belongs to no trace,
// and query objects have spans. decisions/027-postgres-connections.md
import { context } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { withoutParent } from '../spans/span.ts';
import { type Client, isQueryObject, type QueryTracer, sendQueryObject } from './query-object.ts';

type Method<This> = (this: This, ...args: unknown[]) => unknown;
type Patch<This> = (original: Method<This>) => Method<This>;

/** The methods of the instrumentation that make its patches. */
interface Patches extends QueryTracer {
  _getClientQueryPatch(): Patch<Client>;
  _getClientConnectPatch(): Patch<{ connection?: { connect(...args: unknown[]): void } }>;
  _getPoolConnectPatch(): Patch<unknown>;
}

/** Wraps the patches of the instrumentation in ours. */
export function patchPg(instrumentation: Instrumentation): void {
  const pg = instrumentation as unknown as Patches;
  const [query, connect, poolConnect] = [
    pg._getClientQueryPatch(),
    pg._getClientConnectPatch(),
    pg._getPoolConnectPatch(),
  ];
  pg._getClientQueryPatch = () => (original) => {
    const traced = query(original);
    return function (...args) {
      const [first] = args;
      const given = args.map(bound);
      const send = () => traced.apply(this, given);
      return isQueryObject(first) ? sendQueryObject(pg, this, first, send) : send();
    };
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
  // pg-pool calls a waiting caller from within the call that releases a connection.
  pg._getPoolConnectPatch = () => (original) => {
    const traced = poolConnect(original);
    return function (...args) {
      return traced.apply(this, args.map(bound));
    };
  };
}

/** A callback, or a query's configuration with its callback, bound to the active context; anything else as it is. */
function bound(arg: unknown): unknown {
  if (typeof arg === 'function') return context.bind(context.active(), arg);
  if (typeof arg !== 'object' || arg === null || isQueryObject(arg)) return arg;
  const { callback } = arg as { callback?: unknown };
  if (typeof callback !== 'function') return arg;
  // A copy: the instrumentation replaces the callback, and the program may use its object again.
  const copy = Object.create(Object.getPrototypeOf(arg), Object.getOwnPropertyDescriptors(arg));
  return Object.defineProperty(copy, 'callback', {
    value: context.bind(context.active(), callback),
    writable: true,
  });
}
