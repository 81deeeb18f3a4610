// From an `Authorization` header to a caller, synchronously: the sampler asks the same question where a span starts.
import { registerTrustCheck } from '@trace-mesh/tracing/callers';
import { UNTRUSTED } from '@trace-mesh/tracing/trust';
import { createVerifier, TokenError } from 'fast-jwt';
import { type Caller, type Identity, SCOPES, trustOf } from './caller.ts';
import { Claims, identityOf } from './claims.ts';
import type { AccessConfig } from './config.ts';
import { AuthenticationError } from './errors.ts';
import { ACCESS_TOKEN_TYPE } from './issuer.ts';
import { ISSUER_PUBLIC_KEY, readKey, readServiceSecret } from './keys.ts';
import { SERVICE_AUDIENCE, SERVICE_TOKEN_TYPE } from './service-tokens.ts';

/** How many verified tokens are remembered until they expire, so that a caller's next request costs a look-up. */
const MAX_CACHED_CALLERS = 1_000;
/** The longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 4_096;

export interface Authenticator {
  /** The caller behind an `Authorization` header. Throws an `AuthenticationError`. */
  authenticate(authorization: string | undefined): Caller;
  /** The caller behind the token alone, as a WebSocket's subprotocol or a command line carries it. */
  authenticateToken(token: string): Caller;
}

type Verify = (token: string) => unknown;

/** Verifies access tokens by the public key of the folder, and services' own tokens by their secret, where it is there. */
export function createAuthenticator(
  config: AccessConfig,
  { services = true }: { services?: boolean } = {},
): Authenticator {
  const cache = MAX_CACHED_CALLERS;
  const verifyAccess = createVerifier<string>({
    key: readKey(config.KEYS_DIR, ISSUER_PUBLIC_KEY),
    algorithms: ['EdDSA'],
    allowedIss: config.TOKEN_ISSUER,
    allowedAud: config.TOKEN_AUDIENCE,
    requiredClaims: ['iss', 'aud', 'exp', 'sub'],
    checkTyp: ACCESS_TOKEN_TYPE,
    cache,
  });
  const verifyService = services
    ? createVerifier<string>({
        key: readServiceSecret(config.KEYS_DIR),
        algorithms: ['HS256'],
        allowedAud: SERVICE_AUDIENCE,
        requiredClaims: ['aud', 'exp', 'client_id'],
        checkTyp: SERVICE_TOKEN_TYPE,
        cache,
      })
    : undefined;

  function authenticateToken(token: string): Caller {
    const service = verifyService && claimsIn(verifyService, token);
    const claims = service ?? claimsIn(verifyAccess, token);
    if (!claims) throw new AuthenticationError('invalid_token', 'the token is not valid here, or no longer');
    return {
      ...(service && { service: service.client_id }),
      identity: identityOf(claims),
      expiresAt: claims.exp * 1_000,
    };
  }

  return {
    authenticateToken,
    authenticate(authorization) {
      const [, token] = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
      const open = config.AUTHENTICATION === 'off';
      if (!token && open) return { identity: anybody(config) };
      if (!token) throw new AuthenticationError('missing_token', 'a bearer token is needed');
      try {
        return authenticateToken(token);
      } catch (error) {
        if (open && error instanceof AuthenticationError) return { identity: anybody(config) };
        throw error;
      }
    },
  };
}

/** What a valid token says; undefined for any other. */
function claimsIn(verify: Verify, token: string): Claims | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  try {
    return Claims.safeParse(verify(token)).data;
  } catch (error) {
    if (error instanceof TokenError) return undefined;
    throw error;
  }
}

function anybody({ TENANT_ID: tenantId, USER_ID: userId }: AccessConfig): Identity {
  return { tenantId, userId, scopes: SCOPES.filter((scope) => scope !== 'trace:force') };
}

/** Lets the sampler verify callers with this authenticator. Call it once, at start. */
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
