// The two verbs of propagation, for carriers that are plain string maps; every transport file here is built on them.
import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { withTransport } from './transport.ts';
import { admitContext, type Trust, UNTRUSTED } from './trust.ts';

/** What crosses a boundary: header-like names in lower case, each with one value. */
export type Carrier = Record<string, string>;

/**
 * The context of the running work, written out. Empty where tracing is off or suppressed. `transport` names what the
 * carrier goes into, e.g. `sqs`, which a propagator reads with `transportOf`; or it is the context to write out.
 */
export function injectContext(transport?: string | Context): Carrier {
  const carrier: Carrier = {};
  const ctx = typeof transport === 'object' ? transport : context.active();
  propagation.inject(typeof transport === 'string' ? withTransport(ctx, transport) : ctx, carrier);
  return carrier;
}

/**
 * The context that a peer wrote out, one *inside the trust boundary* unless `trust` says otherwise. It always starts from
 * the root: a listener that lives long would otherwise drag along the context in which it was made. Malformed or missing
 * fields leave a root context.
 */
export function extractContext(carrier: unknown, trust: Trust = { inside: true }): Context {
  return admitContext(propagation.extract(ROOT_CONTEXT, stringsOf(carrier)), trust);
}

/** The context that a caller outside wrote out, before anybody knows who it is: its trace, and the baggage that is allowed. */
export const extractFromOutside = (carrier: unknown): Context => extractContext(carrier, UNTRUSTED);

/** The string-valued entries of anything: carriers arrive from the wire. */
function stringsOf(value: unknown): Carrier {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, v]) => typeof v === 'string')) as Carrier;
}

/** What work resolves to once it is started: a query builder, a thenable whose work starts in `then`, becomes a promise. */
export type Started<T> = T extends Promise<unknown> ? T : T extends PromiseLike<infer R> ? Promise<R> : T;

/** Runs `work` as part of the trace that `ctx` (an extracted context) belongs to. A thenable that it returns starts there too. */
export function runInContext<T>(ctx: Context, work: () => T): Started<T> {
  return context.with(ctx, () => {
    const result = work();
    return (isLazy(result) ? (async () => await result)() : result) as Started<T>;
  });
}

const isLazy = (value: unknown): value is PromiseLike<unknown> =>
  !(value instanceof Promise) &&
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
