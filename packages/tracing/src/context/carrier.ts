// Injection and extraction for carriers that are plain string maps; every transport of this package uses them.
import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { withTransport } from './transport.ts';
import { admitContext, type Trust, UNTRUSTED } from './trust.ts';

/** Header-like names in lower case, each with one value. */
export type Carrier = Record<string, string>;

/**
 * The active context as a carrier; empty if tracing is off or suppressed. `transport` names where the carrier goes, e.g.
 * `sqs`, which a propagator reads with `transportOf`; a context in its place is injected instead of the active one.
 */
export function injectContext(transport?: string | Context): Carrier {
  const carrier: Carrier = {};
  const ctx = typeof transport === 'object' ? transport : context.active();
  propagation.inject(typeof transport === 'string' ? withTransport(ctx, transport) : ctx, carrier);
  return carrier;
}

/**
 * The context in a peer's carrier; the peer is *inside the trust boundary* unless `trust` states otherwise. Extraction starts
 * from the root context, since a long-lived listener is active in the context that created it. Malformed or missing fields
 * leave a root context.
 */
export function extractContext(carrier: unknown, trust: Trust = { inside: true }): Context {
  return admitContext(propagation.extract(ROOT_CONTEXT, stringsOf(carrier)), trust);
}

/** The context of a caller outside that is not verified yet: its trace and the allowed baggage. */
export const extractFromOutside = (carrier: unknown): Context => extractContext(carrier, UNTRUSTED);

/** The string-valued entries of any value, since carriers come from a peer. */
function stringsOf(value: unknown): Carrier {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, v]) => typeof v === 'string')) as Carrier;
}

/** The result of started work: a lazy thenable such as a query builder, whose work starts in `then`, becomes a promise. */
export type Started<T> = T extends Promise<unknown> ? T : T extends PromiseLike<infer R> ? Promise<R> : T;

/** Runs `work` in `ctx`, usually an extracted context. A lazy thenable that it returns is started in `ctx` as well. */
export function runInContext<T>(ctx: Context, work: () => T): Started<T> {
  return context.with(ctx, () => {
    const result = work();
    return (isLazy(result) ? (async () => await result)() : result) as Started<T>;
  });
}

const isLazy = (value: unknown): value is PromiseLike<unknown> =>
  !(value instanceof Promise) &&
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
