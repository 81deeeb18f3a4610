import { type Authenticator, createAuthenticator, registerAuthenticator } from './authenticator.ts';
import type { AccessConfig } from './config.ts';
import { createRateLimiter } from './rate-limit.ts';

/** Opens what admits the callers of a service, and makes the sampler verify callers with it. Call it once, at start. */
export function openGate(config: AccessConfig, options?: Parameters<typeof createAuthenticator>[1]) {
  const authenticator: Authenticator = createAuthenticator(config, options);
  registerAuthenticator(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  return { authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS };
}
