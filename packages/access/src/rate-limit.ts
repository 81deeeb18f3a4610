// A budget of requests for each second, by tenant, or by address for requests without a valid token. Instances of a service share it in
// parts, so that most requests wait for no answer of Redis. decisions/057-shared-limits.md
import { LRUCache } from 'lru-cache';
import type { Caller } from './caller.ts';
import { createCount, type SharedCounts } from './counts.ts';
import { RateLimitError } from './errors.ts';

/** The default number of requests, calls or socket messages a second, for each tenant and service. */
export const RATE_LIMIT_PER_SECOND = 500;

/** The part of a limit that an instance takes at once; what it does not use is lost with the second. */
const PART = 0.02;
/** For how many tenants and addresses an instance holds a part. */
const MAX_KEYS = 10_000;

export interface RateLimiter {
  /** Counts a request of this caller. Rejects with a `RateLimitError`. Services are not counted: their callers are. */
  countCaller(caller: Caller): Promise<void>;
  /** Counts a request without a valid token. Rejects with a `RateLimitError`. */
  countAddress(address: string): Promise<void>;
}

/** Requests that an instance may still admit. */
interface Part {
  left: number;
  /** The end of their second, in ms of `performance.now()`. */
  until: number;
  /** Less was left of the second than the instance tried to take. */
  isLast: boolean;
}

/** A limit of all instances that share `shared`, or else of this process. */
export function createRateLimiter(perSecond: number, shared?: SharedCounts): RateLimiter {
  const count = shared ? countInParts(perSecond, shared) : countEach(perSecond);
  return {
    countCaller: async ({ service, identity }) => {
      if (service === undefined) await count(`tenant:${identity.tenantId}`);
    },
    countAddress: (address) => count(`address:${address}`),
  };
}

function countEach(perSecond: number) {
  const take = createCount(perSecond);
  return async (key: string): Promise<void> => {
    const { granted, waitMs } = await take(key);
    if (granted < 1) throw new RateLimitError(waitMs);
  };
}

function countInParts(perSecond: number, shared: SharedCounts) {
  const points = Math.max(1, Math.floor(perSecond * PART));
  const taken = createCount(perSecond, shared);
  const parts = new LRUCache<string, Promise<Part>>({ max: MAX_KEYS });

  async function take(key: string): Promise<Part> {
    const { granted, waitMs } = await taken(key, points);
    return { left: granted, until: performance.now() + waitMs, isLast: granted < points };
  }

  return async (key: string): Promise<void> => {
    while (true) {
      const current = parts.get(key);
      const part = await current;
      if (part && use(part)) return;
      // Another request may have taken the next part meanwhile.
      if (parts.get(key) !== current) continue;
      const next = take(key);
      parts.set(key, next);
      next.catch(() => parts.delete(key));
      if (use(await next)) return;
    }
  };
}

/** Whether the part admits a request; false where the next part may. Throws a `RateLimitError` where none does. */
function use(part: Part): boolean {
  const remainsMs = part.until - performance.now();
  if (remainsMs <= 0) return false;
  if (part.left === 0 && part.isLast) throw new RateLimitError(remainsMs);
  if (part.left === 0) return false;
  part.left -= 1;
  return true;
}
