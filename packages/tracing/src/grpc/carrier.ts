// gRPC's carrier is the call's metadata. `@opentelemetry/instrumentation-grpc` writes it and reads it:
//   client: `propagation.inject(context.active(), metadata, …)`, when a call starts (its clientUtils, `setSpanContext`);
//   server: `propagation.extract(ROOT_CONTEXT, call.metadata, …)`, before the handler (its instrumentation, `_patchServer`).
// A server decides how far it trusts what was extracted, once it has authenticated the caller: that is what is here.
import { context } from '@opentelemetry/api';
import { admitContext, type Trust } from '../context/trust.ts';

/** Runs a handler in the context that its caller sent, as far as `trust` admits it. */
export async function runAdmitted<T>(trust: Trust, work: () => Promise<T>): Promise<T> {
  // `await` inside, since `work` may return a query builder, whose work starts with `then`.
  return context.with(admitContext(context.active(), trust), async () => await work());
}
