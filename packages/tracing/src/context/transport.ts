// The transport that an injection writes for. A propagator sees only a context and a carrier; one that observes or breaks a
// single transport reads its name from the context.
import { type Context, createContextKey } from '@opentelemetry/api';

const TRANSPORT = createContextKey('trace-mesh transport');

/** The context with the name of the transport that the next injection writes for, e.g. `sqs`. */
export const withTransport = (ctx: Context, transport: string): Context => ctx.setValue(TRANSPORT, transport);

/** The transport of an injection: `http` for the HTTP instrumentations' own, undefined where it was not named. */
export const transportOf = (ctx: Context): string | undefined =>
  ctx.getValue(TRANSPORT) as string | undefined;
