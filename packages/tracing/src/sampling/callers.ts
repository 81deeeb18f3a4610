// What the sampler knows of a caller. Spans start before any middleware runs, so the sampler itself calls the check that
// verifies tokens, synchronously. Until a service registers one, every caller is untrusted.
import { type Context, createContextKey } from '@opentelemetry/api';
import { type Trust, UNTRUSTED } from '../context/trust.ts';

/** The trust that an `Authorization` header earns. Never throws. */
export type TrustCheck = (authorization: string | undefined) => Trust;

const TRUST = createContextKey('trace-mesh.caller-trust');

let check: TrustCheck = () => UNTRUSTED;

/** Sets the check of this process. A service calls it once, at start. */
export function registerTrustCheck(verify: TrustCheck): void {
  check = verify;
}

/** The trust in the caller that sent this header. */
export const checkTrust: TrustCheck = (authorization) => check(authorization);

/** A context whose caller was verified earlier: on a WebSocket the token comes once, with the handshake. */
export function withCallerTrust(ctx: Context, trust: Trust): Context {
  return ctx.setValue(TRUST, trust);
}

/** The trust in this context's caller, or undefined where none was set. */
export function getCallerTrust(ctx: Context): Trust | undefined {
  return ctx.getValue(TRUST) as Trust | undefined;
}
