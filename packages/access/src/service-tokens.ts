// Service tokens name the calling service and the identity on whose behalf it calls. They are short-lived and signed
// with a secret of the services. A caller with one is inside the trust boundary: its context and its sampling decision
// are kept.
import { createSigner } from 'fast-jwt';
import { LRUCache } from 'lru-cache';
import type { Identity } from './caller.ts';
import { claimsOf } from './claims.ts';
import { readServiceSecret } from './keys.ts';

/** The `typ` and `aud` of a service token; no access token has them. */
export const SERVICE_TOKEN_TYPE = 'service+jwt';
export const SERVICE_AUDIENCE = 'trace-mesh-services';
/** The lifetime of a service token in ms, long enough for small differences between clocks. */
export const SERVICE_TOKEN_MS = 60_000;
/** How many tokens are cached. */
const MAX_CACHED_TOKENS = 1_000;

export interface ServiceTokens {
  /** A token for calls on behalf of `identity`, valid for at least half its lifetime. */
  tokenFor(identity: Identity): string;
  /** The same as an `Authorization` header. */
  authorizationFor(identity: Identity): string;
}

/** Tokens that `service` signs with the secret in `keysDir`, cached for half their lifetime. */
export function createServiceTokens(service: string, keysDir: string): ServiceTokens {
  const sign = createSigner({
    key: readServiceSecret(keysDir),
    algorithm: 'HS256',
    expiresIn: SERVICE_TOKEN_MS,
    aud: SERVICE_AUDIENCE,
    header: { alg: 'HS256', typ: SERVICE_TOKEN_TYPE },
  });
  const kept = new LRUCache<string, { token: string; until: number }>({ max: MAX_CACHED_TOKENS });

  function tokenFor(identity: Identity): string {
    const claims = claimsOf(identity);
    const key = JSON.stringify(claims);
    const known = kept.get(key);
    const now = Date.now();
    if (known && now < known.until) return known.token;
    const token = sign({ ...claims, client_id: service });
    kept.set(key, { token, until: now + SERVICE_TOKEN_MS / 2 });
    return token;
  }

  return { tokenFor, authorizationFor: (identity) => `Bearer ${tokenFor(identity)}` };
}
