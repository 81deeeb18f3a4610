import { registerSharedWishes } from '@trace-mesh/tracing/wishes';
import { type Authenticator, createAuthenticator, registerAuthenticator } from './authenticator.ts';
import type { AccessConfig } from './config.ts';
import { createCount, type SharedCounts } from './counts.ts';
import { createRateLimiter } from './rate-limit.ts';

interface GateOptions {
  /** Whether services of the mesh are callers too. */
  services?: boolean;
  /** Where all instances of the service count together; else each counts its own. */
  counts?: SharedCounts | undefined;
}

/** Opens what admits the callers of a service, and makes the sampler verify callers with it. Call it once, at start. */
export function openGate(config: AccessConfig, { services = true, counts }: GateOptions = {}) {
  const authenticator: Authenticator = createAuthenticator(config, { services });
  registerAuthenticator(authenticator);
  if (counts) shareWishes(counts);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND, counts);
  return { authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS };
}

/** Makes the samplers of all instances share one limit of wishes. */
function shareWishes(counts: SharedCounts): void {
  registerSharedWishes((perSecond) => {
    const count = createCount(perSecond, counts);
    return async (wishes) => (await count('wishes', wishes)).granted;
  });
}
