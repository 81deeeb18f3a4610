// Token and rate in one step, for every edge: who has a token is counted by tenant, who has none by address, so that guessing
// tokens is as limited as asking with one.
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { AuthenticationError } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';

export interface AuthenticationDeps {
  authenticator: Pick<Authenticator, 'authenticate'>;
  limiter: RateLimiter;
}

/** The verified, counted caller. Rejects with an `AuthenticationError` or a `RateLimitError`. */
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
