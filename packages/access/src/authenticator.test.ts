import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anyCodePoints } from '@trace-mesh/tracing/arbitraries';
import { checkTrust } from '@trace-mesh/tracing/callers';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createAuthenticator, MAX_TOKEN_LENGTH, registerAuthenticator } from './authenticator.ts';
import { SCOPES } from './caller.ts';
import { MAX_ID_LENGTH } from './claims.ts';
import { AuthenticationError } from './errors.ts';
import { ACCESS_TOKEN_MS, openIssuer } from './issuer.ts';
import { ISSUER_KEY, ISSUER_PUBLIC_KEY } from './keys.ts';
import { SERVICE_TOKEN_MS } from './service-tokens.ts';
import { openTestAccess } from './testing.ts';

const access = openTestAccess();
const other = openTestAccess();
afterEach(() => void vi.useRealTimers());
afterAll(() => {
  access[Symbol.dispose]();
  other[Symbol.dispose]();
});
const { authenticator } = access.gate;
const refusal = (authorization: string | undefined) => {
  try {
    return authenticator.authenticate(authorization);
  } catch (error) {
    expect(error).toBeInstanceOf(AuthenticationError);
    return (error as AuthenticationError).code;
  }
};

/** A token with any header and claims, signed by the issuer's key: only its content can be wrong. */
function handmade(header: object, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode(header)}.${encode(claims)}`;
  const key = createPrivateKey(readFileSync(join(access.config.KEYS_DIR, ISSUER_KEY)));
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}
const HEADER = { alg: 'EdDSA', typ: 'at+jwt' };
const CLAIMS = {
  iss: access.config.TOKEN_ISSUER,
  aud: access.config.TOKEN_AUDIENCE,
  sub: 'ada',
  tenant_id: 'acme',
  scope: 'tasks:read',
  exp: Math.floor(Date.now() / 1_000) + 60,
};

describe('an access token', () => {
  it('gives tenant, user, scopes, cost limit and expiry', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    const identity = {
      tenantId: 'acme',
      userId: 'ada',
      scopes: ['tasks:read'],
      costLimitMicroUsd: 2_500_000,
    };
    const caller = authenticator.authenticate(`Bearer ${access.issuer.issue(identity)}`);
    expect(caller).toEqual({ identity, expiresAt: 1_700_000_000_000 + ACCESS_TOKEN_MS });
  });

  it.each([
    ['no header', undefined, 'missing_token'],
    ['an empty header', '', 'missing_token'],
    ['another scheme', 'Basic YTpi', 'missing_token'],
    ['a scheme alone', 'Bearer ', 'missing_token'],
    ['two tokens', 'Bearer a b', 'missing_token'],
    ['a line break', 'Bearer a\r\nX-MCP-Tenant-ID: acme', 'missing_token'],
    ['noise', 'Bearer noise', 'invalid_token'],
    ['one that is too long', `Bearer ${'a'.repeat(MAX_TOKEN_LENGTH + 1)}`, 'invalid_token'],
    ["another mesh's", other.bearer(), 'invalid_token'],
    ['one for another audience', issuedBy({ TOKEN_AUDIENCE: 'other' }), 'invalid_token'],
    ['one of another issuer', issuedBy({ TOKEN_ISSUER: 'https://evil.example' }), 'invalid_token'],
    ['an unsigned one', `Bearer ${unsigned()}`, 'invalid_token'],
    ['another type', `Bearer ${handmade({ ...HEADER, typ: 'JWT' }, CLAIMS)}`, 'invalid_token'],
    ['no expiry', `Bearer ${handmade(HEADER, { ...CLAIMS, exp: undefined })}`, 'invalid_token'],
    ['no tenant', `Bearer ${handmade(HEADER, { ...CLAIMS, tenant_id: undefined })}`, 'invalid_token'],
    ['a tenant that splits a header', named('a\r\nb'), 'invalid_token'],
    ['a tenant that is too long', named('a'.repeat(MAX_ID_LENGTH + 1)), 'invalid_token'],
    [
      'a tenant that is a list',
      `Bearer ${handmade(HEADER, { ...CLAIMS, tenant_id: ['acme'] })}`,
      'invalid_token',
    ],
    [
      'a negative limit',
      `Bearer ${handmade(HEADER, { ...CLAIMS, cost_limit_micro_usd: -1 })}`,
      'invalid_token',
    ],
    [
      'half a micro-USD',
      `Bearer ${handmade(HEADER, { ...CLAIMS, cost_limit_micro_usd: 0.5 })}`,
      'invalid_token',
    ],
  ])('is refused: %s', (_what, authorization, code) => {
    expect(refusal(authorization)).toBe(code);
  });

  it('is accepted when the test signs it with valid claims, so that the refusals above have the named cause', () => {
    expect(refusal(`Bearer ${handmade(HEADER, CLAIMS)}`)).toMatchObject({ identity: { tenantId: 'acme' } });
  });

  it('expires, even if it was verified before', () => {
    vi.useFakeTimers();
    const bearer = `Bearer ${access.token({}, 1_000)}`;
    expect(refusal(bearer)).toMatchObject({ identity: { tenantId: 'acme' } });
    vi.advanceTimersByTime(1_001);
    expect(refusal(bearer)).toBe('invalid_token');
  });

  it('is refused with any single character changed', () => {
    const token = access.token();
    for (let at = 0; at < token.length; at += 1) {
      const flipped = String.fromCharCode(token.charCodeAt(at) ^ 1);
      const forged = token.slice(0, at) + flipped + token.slice(at + 1);
      // The last character of a part may have unused bits: the library accepts one form of them only.
      expect(typeof refusal(`Bearer ${forged}`), `at ${at}`).toBe('string');
    }
  });

  it('is refused as missing or invalid for any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyCodePoints), (noise) => {
        expect(refusal(noise)).toBe('missing_token');
        expect(['missing_token', 'invalid_token']).toContain(refusal(`Bearer ${noise}`));
      }),
    );
  });
});

describe('a service token', () => {
  const identity = { tenantId: 'acme', userId: 'ada', scopes: ['budget:write'], costLimitMicroUsd: 7 };

  it('names the service and the identity on whose behalf it calls', () => {
    const caller = authenticator.authenticate(access.services('rest-api').authorizationFor(identity));
    expect(caller).toMatchObject({ service: 'rest-api', identity });
  });

  it('is cached, renewed after half its lifetime, and refused after its expiry', () => {
    vi.useFakeTimers();
    const tokens = access.services('rest-api');
    const first = tokens.authorizationFor(identity);
    vi.advanceTimersByTime(SERVICE_TOKEN_MS / 2 - 1);
    expect(tokens.authorizationFor(identity)).toBe(first);
    vi.advanceTimersByTime(1_000);
    const second = tokens.authorizationFor(identity);
    expect(second).not.toBe(first);
    vi.advanceTimersByTime(SERVICE_TOKEN_MS / 2);
    expect(refusal(first)).toBe('invalid_token');
    expect(refusal(second)).toMatchObject({ service: 'rest-api' });
  });

  it('is refused by an authenticator without services', () => {
    const edge = createAuthenticator(access.config, { services: false });
    const bearer = access.services('rest-api').authorizationFor(identity);
    expect(() => edge.authenticate(bearer)).toThrow(AuthenticationError);
  });

  it('cannot be signed with the public key as an HMAC secret', () => {
    const publicKey = readFileSync(join(access.config.KEYS_DIR, ISSUER_PUBLIC_KEY), 'utf8');
    expect(refusal(`Bearer ${hmac(publicKey)}`)).toBe('invalid_token');
    expect(refusal(`Bearer ${hmac(publicKey.trim())}`)).toBe('invalid_token');
  });
});

describe('with authentication off', () => {
  const open = createAuthenticator({ ...access.config, AUTHENTICATION: 'off' });

  it.each([undefined, 'Bearer noise'])(
    'the caller with %s is the default identity, which may not force sampling',
    (authorization) => {
      const scopes = SCOPES.filter((scope) => scope !== 'trace:force');
      expect(open.authenticate(authorization)).toEqual({
        identity: { tenantId: 'demo', userId: 'agent', scopes },
      });
    },
  );

  it('the caller with a valid token is the identity of the token', () => {
    expect(open.authenticate(access.bearer()).identity.tenantId).toBe('acme');
  });
});

it('the sampler trusts services, and lets only tokens with trace:force force sampling; a bad token is untrusted', () => {
  registerAuthenticator(authenticator);
  const inside = access.services('edge-mcp').authorizationFor({ tenantId: 'a', userId: 'b', scopes: [] });
  expect(checkTrust(inside)).toEqual({ inside: true, mayForceSampling: false });
  const mcp = { tenantId: 'acme', userId: 'ada' };
  expect(checkTrust(access.bearer())).toEqual({ inside: false, mayForceSampling: true, mcp });
  const reader = access.bearer({ scopes: ['tasks:read'] });
  expect(checkTrust(reader)).toEqual({ inside: false, mayForceSampling: false, mcp });
  for (const authorization of [undefined, 'Bearer noise']) {
    expect(checkTrust(authorization)).toEqual({ inside: false });
  }
});

function issuedBy(config: { TOKEN_ISSUER?: string; TOKEN_AUDIENCE?: string }): string {
  const { KEYS_DIR } = access.config;
  return `Bearer ${openIssuer({ KEYS_DIR, ...config }).issue({ tenantId: 'acme', userId: 'ada', scopes: [] })}`;
}

function named(tenant_id: string): string {
  return `Bearer ${handmade(HEADER, { ...CLAIMS, tenant_id })}`;
}

function unsigned(): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ ...HEADER, alg: 'none' })}.${encode(CLAIMS)}.`;
}

function hmac(secret: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { ...CLAIMS, aud: 'trace-mesh-services', client_id: 'rest-api' };
  const input = `${encode({ alg: 'HS256', typ: 'service+jwt' })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
