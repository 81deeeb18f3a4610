// gRPC's carrier is the call's metadata. `@opentelemetry/instrumentation-grpc` writes it and reads it:
//   client: `propagation.inject(context.active(), metadata, …)`, when a call starts (its clientUtils, `setSpanContext`);
//   server: `propagation.extract(ROOT_CONTEXT, call.metadata, …)`, before the handler (its instrumentation, `_patchServer`).
// What is here: a call's metadata holds only its own context, and a server decides how much of it to trust.
import { context } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { isMetadata } from '../context/clear.ts';
import { admitContext, type Trust } from '../context/trust.ts';

/** Runs a handler in the context that its caller sent, as far as `trust` admits it. */
export async function runAdmitted<T>(trust: Trust, work: () => Promise<T>): Promise<T> {
  // `await` inside, since `work` may return a query builder, whose work starts with `then`.
  return context.with(admitContext(context.active(), trust), async () => await work());
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Patch = (original: Method) => Method;

/** The methods of the instrumentation that patch a client's methods. */
interface Patches {
  _getPatchedClientMethods(...args: unknown[]): Patch;
  _patchClientRequestMethod(...args: unknown[]): Patch;
}

/**
 * Makes each call use a copy of the metadata that the program passes. The instrumentation writes into the program's own, which
 * it may use for the next call: decisions/024-patched-grpc-instrumentation.md.
 */
export function copyMetadata(instrumentation: Instrumentation): void {
  const patches = instrumentation as unknown as Patches;
  for (const name of ['_getPatchedClientMethods', '_patchClientRequestMethod'] as const) {
    const make = patches[name].bind(patches);
    patches[name] =
      (...args) =>
      (original) =>
        withCopies(make(...args)(original));
  }
}

function withCopies(method: Method): Method {
  const call: Method = function (...args) {
    return method.apply(
      this,
      args.map((arg) => (isMetadata(arg) ? arg.clone() : arg)),
    );
  };
  return Object.assign(call, method);
}
