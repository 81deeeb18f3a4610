// Issues access tokens in place of an authorization server, for the demo, the tests and `npm run token`.
import { createSigner } from 'fast-jwt';
import type { Identity } from './caller.ts';
import { claimsOf } from './claims.ts';
import { AccessConfig } from './config.ts';
import { ISSUER_KEY, readKey } from './keys.ts';

/** RFC 9068 section 2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
/** The default lifetime of an access token in ms. */
export const ACCESS_TOKEN_MS = 3_600_000;

export interface Issuer {
  /** A token for `identity` that expires after `expiresInMs`. */
  issue(identity: Identity, expiresInMs?: number): string;
}

/** An issuer with the private key of the folder. Throws an Error if it is missing. */
export function openIssuer(
  config: Pick<AccessConfig, 'KEYS_DIR'> & Partial<Pick<AccessConfig, 'TOKEN_ISSUER' | 'TOKEN_AUDIENCE'>>,
): Issuer {
  const { TOKEN_ISSUER: iss, TOKEN_AUDIENCE: aud } = AccessConfig.parse(config);
  const options = { key: readKey(config.KEYS_DIR, ISSUER_KEY), algorithm: 'EdDSA' as const, iss, aud };
  return {
    issue(identity, expiresIn = ACCESS_TOKEN_MS) {
      const header = { alg: 'EdDSA', typ: ACCESS_TOKEN_TYPE };
      return createSigner({ ...options, header, expiresIn })(claimsOf(identity));
    },
  };
}
