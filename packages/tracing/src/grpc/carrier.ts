// gRPC's carrier is the call's metadata. client-call.ts writes it when a call starts, server-call.ts reads it before the handler. What is
// here: a server decides how much of it to trust.
import { context } from '@opentelemetry/api';
import { admitContext, type Trust } from '../context/trust.ts';

/** Runs a handler in the context that its caller sent, as far as `trust` admits it. */
export async function runAdmitted<T>(trust: Trust, work: () => Promise<T>): Promise<T> {
  // `await` inside, since `work` may return a query builder, whose work starts with `then`.
  return context.with(admitContext(context.active(), trust), async () => await work());
}
