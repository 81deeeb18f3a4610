// A budget of requests for each second, by tenant, or by address for requests without a valid token. It is in the
// memory of each process: the limit protects the process, and depends on no other.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from './caller.ts';
import { RateLimitError } from './errors.ts';

/** The default number of requests, calls or socket messages a second, for each tenant and process. */
export const RATE_LIMIT_PER_SECOND = 500;

export interface RateLimiter {
  /** Counts a request of this caller. Rejects with a `RateLimitError`. Services are not counted: their callers are. */
  countCaller(caller: Caller): Promise<void>;
  /** Counts a request without a valid token. Rejects with a `RateLimitError`. */
  countAddress(address: string): Promise<void>;
}

export function createRateLimiter(perSecond: number): RateLimiter {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  const count = async (key: string) => {
    try {
      await limiter.consume(key);
    } catch (error) {
      // The library rejects with the rest of the second, or with an error.
      throw error instanceof RateLimiterRes ? new RateLimitError(error.msBeforeNext) : error;
    }
  };
  return {
    countCaller: async ({ service, identity }) => {
      if (service === undefined) await count(`tenant:${identity.tenantId}`);
    },
    countAddress: (address) => count(`address:${address}`),
  };
}
