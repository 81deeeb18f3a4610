// From an `Authorization` header to a caller, synchronously: the sampler needs it when a span starts.
import { registerTrustCheck } from '@trace-mesh/tracing/callers';
import { UNTRUSTED } from '@trace-mesh/tracing/trust';
import { createVerifier, TokenError } from 'fast-jwt';
import { LRUCache } from 'lru-cache';
import { type Caller, type Identity, SCOPES, trustOf } from './caller.ts';
import { Claims, identityOf } from './claims.ts';
import type { AccessConfig } from './config.ts';
import { AuthenticationError } from './errors.ts';
import { ACCESS_TOKEN_TYPE } from './issuer.ts';
import { ISSUER_PUBLIC_KEY, readKey, readServiceSecret } from './keys.ts';
import { SERVICE_AUDIENCE, SERVICE_TOKEN_TYPE } from './service-tokens.ts';

/** How many callers are cached until their tokens expire. */
const MAX_CACHED_CALLERS = 1_000;
/** The longest token that is verified, in characters. */
export const MAX_TOKEN_LENGTH = 4_096;

export interface Authenticator {
  /** The caller of an `Authorization` header. Throws an `AuthenticationError`. */
  authenticate(authorization: string | undefined): Caller;
  /** The caller of a token without `Bearer`, such as a WebSocket's. Throws an `AuthenticationError`. */
  authenticateToken(token: string): Caller;
}

type Verify = (token: string) => unknown;

/** Verifies access tokens with the public key of `KEYS_DIR` and, unless `services` is false, service tokens. */
export function createAuthenticator(
  config: AccessConfig,
  { services = true }: { services?: boolean } = {},
): Authenticator {
  const callers = new LRUCache<string, Caller & { expiresAt: number }>({ max: MAX_CACHED_CALLERS });
  const verifyAccess = createVerifier<string>({
    key: readKey(config.KEYS_DIR, ISSUER_PUBLIC_KEY),
    algorithms: ['EdDSA'],
    allowedIss: config.TOKEN_ISSUER,
    allowedAud: config.TOKEN_AUDIENCE,
    requiredClaims: ['iss', 'aud', 'exp', 'sub'],
    checkTyp: ACCESS_TOKEN_TYPE,
  });
  const verifyService = services
    ? createVerifier<string>({
        key: readServiceSecret(config.KEYS_DIR),
        algorithms: ['HS256'],
        allowedAud: SERVICE_AUDIENCE,
        requiredClaims: ['aud', 'exp', 'client_id'],
        checkTyp: SERVICE_TOKEN_TYPE,
      })
    : undefined;

  function authenticateToken(token: string): Caller {
    const known = callers.get(token);
    if (known && Date.now() < known.expiresAt) return known;
    const service = verifyService && claimsIn(verifyService, token);
    const claims = service ?? claimsIn(verifyAccess, token);
    if (!claims) throw new AuthenticationError('invalid_token', 'the token is invalid or expired');
    const caller = {
      ...(service && { service: service.client_id }),
      identity: identityOf(claims),
      expiresAt: claims.exp * 1_000,
    };
    callers.set(token, caller);
    return caller;
  }

  return {
    authenticateToken,
    authenticate(authorization) {
      const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
      try {
        if (!token) throw new AuthenticationError('missing_token', 'bearer token missing');
        return authenticateToken(token);
      } catch (error) {
        const isOff = config.AUTHENTICATION === 'off' && error instanceof AuthenticationError;
        if (isOff) return { identity: defaultIdentity(config) };
        throw error;
      }
    },
  };
}

/** The claims of a valid token; undefined for any other. */
function claimsIn(verify: Verify, token: string): Claims | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  try {
    return Claims.safeParse(verify(token)).data;
  } catch (error) {
    if (error instanceof TokenError) return undefined;
    throw error;
  }
}

function defaultIdentity({ TENANT_ID: tenantId, USER_ID: userId }: AccessConfig): Identity {
  return { tenantId, userId, scopes: SCOPES.filter((scope) => scope !== 'trace:force') };
}

/** Makes the sampler verify callers with this authenticator. Call it once, at start. */
export function registerAuthenticator(authenticator: Authenticator): void {
  registerTrustCheck((authorization) => {
    try {
      return trustOf(authenticator.authenticate(authorization));
    } catch (error) {
      if (error instanceof AuthenticationError) return UNTRUSTED;
      throw error;
    }
  });
}
