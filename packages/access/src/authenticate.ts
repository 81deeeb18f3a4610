// Token and rate limit in one step, for every edge. Callers are counted by tenant, requests without a valid token by
// address, so that guessing tokens is limited too.
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { AuthenticationError } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';

export interface AuthenticationDeps {
  authenticator: Pick<Authenticator, 'authenticate'>;
  limiter: RateLimiter;
}

/** The verified caller, after counting the request. Rejects with an `AuthenticationError` or a `RateLimitError`. */
export async function authenticateRequest(
  { authenticator, limiter }: AuthenticationDeps,
  authorization: string | undefined,
  address: string,
): Promise<Caller> {
  try {
    const caller = authenticator.authenticate(authorization);
    await limiter.countCaller(caller);
    return caller;
  } catch (error) {
    if (error instanceof AuthenticationError) await limiter.countAddress(address);
    throw error;
  }
}
