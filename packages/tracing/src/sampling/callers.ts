// What the sampler may know of a caller. Spans start before any middleware runs, so the one who verifies tokens is asked
// here, synchronously; until a service says who that is, nobody is recognised.
import { type Context, createContextKey } from '@opentelemetry/api';

/** What a caller may decide about the trace that it enters with. */
export interface CallerRights {
  /** One of the mesh's own services: its sampling decision stands. */
  inside: boolean;
  /** `X-B3-Sampled: 1` is obeyed. */
  mayForce: boolean;
}

/** What an `Authorization` header is good for. Never throws. */
export type CallerCheck = (authorization: string | undefined) => CallerRights;

const NOBODY: CallerRights = { inside: false, mayForce: false };
const RIGHTS = createContextKey('trace-mesh.caller-rights');

let check: CallerCheck = () => NOBODY;

/** Announces who verifies tokens in this process. A service calls it once, at start. */
export function recogniseCallers(by: CallerCheck): void {
  check = by;
}

/** What the caller with this header may. */
export const rightsOf: CallerCheck = (authorization) => check(authorization);

/** A context whose caller is known already: on a socket the token came once, with the handshake. */
export function withRights(ctx: Context, rights: CallerRights): Context {
  return ctx.setValue(RIGHTS, rights);
}

/** What the caller of this context may, or undefined where nobody was recognised. */
export function getRights(ctx: Context): CallerRights | undefined {
  return ctx.getValue(RIGHTS) as CallerRights | undefined;
}
