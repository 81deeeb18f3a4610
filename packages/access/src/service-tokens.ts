// What a service of the mesh says to another: "I am rest-api, and this is for acme". Short-lived, signed with a secret that
// only the services have. It is what makes a caller an inside one: its context is believed, its sampling decision stands.
import { createSigner } from 'fast-jwt';
import type { Identity } from './caller.ts';
import { claimsOf } from './claims.ts';
import { readServiceSecret } from './keys.ts';

/** The `typ` and `aud` of a service's token: no access token passes for one, whatever it says. */
export const SERVICE_TOKEN_TYPE = 'service+jwt';
export const SERVICE_AUDIENCE = 'trace-mesh-services';
/** How long a service's token is good, in ms: long enough for clocks that differ a little. */
export const SERVICE_TOKEN_MS = 60_000;
/** How many identities' tokens are kept for the next call. */
const MAX_CACHED_TOKENS = 1_000;

export interface ServiceTokens {
  /** A token for calls on behalf of `identity`, good for half its life at least. */
  tokenFor(identity: Identity): string;
  /** The same as an `Authorization` header. */
  authorizationFor(identity: Identity): string;
}

/** Tokens that `service` signs with the secret in `keysDir`; made anew when half its life is over. */
export function createServiceTokens(service: string, keysDir: string): ServiceTokens {
  const sign = createSigner({
    key: readServiceSecret(keysDir),
    algorithm: 'HS256',
    expiresIn: SERVICE_TOKEN_MS,
    aud: SERVICE_AUDIENCE,
    header: { alg: 'HS256', typ: SERVICE_TOKEN_TYPE },
  });
  const kept = new Map<string, { token: string; until: number }>();

  function tokenFor(identity: Identity): string {
    const claims = claimsOf(identity);
    const key = JSON.stringify(claims);
    const known = kept.get(key);
    const now = Date.now();
    if (known && now < known.until) return known.token;
    const token = sign({ ...claims, client_id: service });
    kept.delete(key);
    kept.set(key, { token, until: now + SERVICE_TOKEN_MS / 2 });
    const [oldest] = kept.keys();
    if (kept.size > MAX_CACHED_TOKENS && oldest !== undefined) kept.delete(oldest);
    return token;
  }

  return { tokenFor, authorizationFor: (identity) => `Bearer ${tokenFor(identity)}` };
}
