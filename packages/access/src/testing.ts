// For tests: new keys, tokens signed with them, and a gate that accepts those.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import { createAuthenticator } from './authenticator.ts';
import { type Identity, SCOPES } from './caller.ts';
import { AccessConfig } from './config.ts';
import { openIssuer } from './issuer.ts';
import { ensureKeys } from './keys.ts';
import { createRateLimiter } from './rate-limit.ts';
import { createServiceTokens } from './service-tokens.ts';

/** Access for one test file; disposing it deletes the keys. `config` replaces defaults of `AccessConfig`. */
export function openTestAccess(config: Partial<AccessConfig> = {}) {
  const keysDir = mkdtempSync(join(tmpdir(), 'mesh-keys-'));
  ensureKeys(keysDir);
  const full = { ...AccessConfig.parse({ KEYS_DIR: keysDir }), ...config };
  const issuer = openIssuer({ KEYS_DIR: keysDir });
  const authenticator = createAuthenticator(full);
  const limiter = createRateLimiter(full.RATE_LIMIT_PER_SECOND);

  /** An access token; by default for tenant `acme`, with every scope. */
  const token = (identity: Partial<Identity> = {}, expiresInMs?: number) =>
    issuer.issue({ tenantId: 'acme', userId: 'ada', scopes: SCOPES, ...identity }, expiresInMs);

  return {
    config: full,
    issuer,
    token,
    bearer: (identity?: Partial<Identity>) => `Bearer ${token(identity)}`,
    services: (name: string) => createServiceTokens(name, keysDir),
    gate: { authenticator, limiter, allowedHosts: full.ALLOWED_HOSTS },
    [Symbol.dispose]: () => rmSync(keysDir, { recursive: true }),
  };
}

/** The routes of an application by its router, as an OpenAPI document names them: `GET /api/tasks/{taskId}`. */
export function routesOf({ router }: Express): string[] {
  return router.stack.flatMap(({ route }) => {
    const path = route?.path.replaceAll(/:(\w+)/g, '{$1}');
    const methods = Object.keys((route as unknown as { methods?: object })?.methods ?? {});
    return methods.filter((method) => method !== '_all').map((method) => `${method.toUpperCase()} ${path}`);
  });
}
