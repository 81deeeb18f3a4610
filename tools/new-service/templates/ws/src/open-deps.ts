import { createAuthenticator, registerAuthenticator } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import type { ServiceScope } from '@trace-mesh/runtime/service';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';

/** Opens what the service depends on. */
export function openDeps(config: z.infer<typeof Config>, { logger }: Pick<ServiceScope, 'logger'>): Deps {
  const authenticator = createAuthenticator(config);
  registerAuthenticator(authenticator);
  const limiter = createRateLimiter(config.RATE_LIMIT_PER_SECOND);
  return { authenticator, limiter, allowedHosts: config.ALLOWED_HOSTS, logger };
}
