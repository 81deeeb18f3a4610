// How often somebody may ask: a budget of requests for each second, by tenant, or by address for those without a token.
// In the memory of each process: a limit protects the process, and needs no other to be reachable.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from './caller.ts';
import { RateLimitError } from './errors.ts';

/** Requests, calls or socket messages a second that one tenant may make of one process, unless it is told otherwise. */
export const RATE_LIMIT_PER_SECOND = 500;

export interface RateLimiter {
  /** Counts a request of this caller. Rejects with a `RateLimitError`. Services are not counted: their callers were. */
  countCaller(caller: Caller): Promise<void>;
  /** Counts a request that was refused for want of a token. Rejects with a `RateLimitError`. */
  countAddress(address: string): Promise<void>;
}

/** Counts in this process alone: up to `perSecond` requests a second for each tenant, and for each address without a token. */
export function createRateLimiter(perSecond: number): RateLimiter {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  const count = async (key: string) => {
    try {
      await limiter.consume(key);
    } catch (error) {
      // The library rejects with what is left of the second, or with an error.
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
