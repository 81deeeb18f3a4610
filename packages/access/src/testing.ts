// For tests: keys of their own, tokens by them, and the gate that takes those.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthenticator } from './authenticator.ts';
import { type Identity, SCOPES } from './caller.ts';
import { AccessConfig } from './config.ts';
import { openIssuer } from './issuer.ts';
import { ensureKeys } from './keys.ts';
import { createRateLimiter } from './rate-limit.ts';
import { createServiceTokens } from './service-tokens.ts';

/** Access for one test file; disposing it takes the keys away. `config` replaces defaults of `AccessConfig`. */
export function openTestAccess(config: Partial<AccessConfig> = {}) {
  const keysDir = mkdtempSync(join(tmpdir(), 'mesh-keys-'));
  ensureKeys(keysDir);
  const { ALLOWED_HOSTS: allowedHosts, ...rest } = {
    ...AccessConfig.parse({ KEYS_DIR: keysDir }),
    ...config,
  };
  const full = { ...rest, ALLOWED_HOSTS: allowedHosts };
  const issuer = openIssuer({ KEYS_DIR: keysDir });
  const authenticator = createAuthenticator(full);
  const limiter = createRateLimiter(full.RATE_LIMIT_PER_SECOND);

  /** An access token, with every scope and for tenant `acme` unless it is told otherwise. */
  const token = (wishes: Partial<Identity> = {}, expiresInMs?: number) =>
    issuer.issue({ tenantId: 'acme', userId: 'ada', scopes: SCOPES, ...wishes }, expiresInMs);

  return {
    config: full,
    issuer,
    token,
    bearer: (wishes?: Partial<Identity>) => `Bearer ${token(wishes)}`,
    services: (name: string) => createServiceTokens(name, keysDir),
    gate: { authenticator, limiter, allowedHosts },
    [Symbol.dispose]: () => rmSync(keysDir, { recursive: true }),
  };
}
