import { describe, expect, it } from 'vitest';
import type { Caller } from './caller.ts';
import { AccessConfig } from './config.ts';
import { RateLimitError } from './errors.ts';
import { createRateLimiter } from './rate-limit.ts';

const of = (tenantId: string, service?: string): Caller => ({
  service,
  identity: { tenantId, userId: 'ada', scopes: [] },
});

describe('a rate limit', () => {
  it('refuses a tenant beyond its requests of a second, and says when to retry', async () => {
    const limiter = createRateLimiter(3);
    for (let n = 0; n < 3; n += 1) await limiter.countCaller(of('acme'));
    const error = await limiter.countCaller(of('acme')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ headers: { 'retry-after': '1' } });
    await limiter.countCaller(of('globex')); // another tenant has its own budget
    await expect
      .poll(() => limiter.countCaller(of('acme')).then(() => 'in', String), { timeout: 3_000 })
      .toBe('in');
  });

  it('does not count services, whose callers are counted', async () => {
    const limiter = createRateLimiter(1);
    for (let n = 0; n < 5; n += 1) await limiter.countCaller(of('acme', 'rest-api'));
    await limiter.countCaller(of('acme'));
  });

  it('counts requests without a token by address, separately from a tenant of that name', async () => {
    const limiter = createRateLimiter(1);
    await limiter.countAddress('10.0.0.1');
    await expect(limiter.countAddress('10.0.0.1')).rejects.toBeInstanceOf(RateLimitError);
    await limiter.countAddress('10.0.0.2');
    await limiter.countCaller(of('10.0.0.1'));
  });

  it('is 500 a second by default', () => {
    expect(AccessConfig.parse({ KEYS_DIR: '/keys' }).RATE_LIMIT_PER_SECOND).toBe(500);
  });
});
