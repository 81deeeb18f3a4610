import { describe, expect, it } from 'vitest';
import type { Caller } from './caller.ts';
import { AccessConfig } from './config.ts';
import { createRateLimiter, RateLimitError } from './rate-limit.ts';

const of = (tenantId: string, service?: string): Caller => ({
  service,
  identity: { tenantId, userId: 'ada', scopes: [] },
});

describe('a rate limit', () => {
  it('lets a tenant ask so often a second, and says when to ask again', async () => {
    const limiter = createRateLimiter(3);
    for (let n = 0; n < 3; n += 1) await limiter.admit(of('acme'));
    const error = await limiter.admit(of('acme')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfter: '1' });
    await limiter.admit(of('globex')); // one tenant's haste is nobody else's
    await expect
      .poll(() => limiter.admit(of('acme')).then(() => 'in', String), { timeout: 3_000 })
      .toBe('in');
  });

  it('does not count services: their callers were counted', async () => {
    const limiter = createRateLimiter(1);
    for (let n = 0; n < 5; n += 1) await limiter.admit(of('acme', 'rest-api'));
    await limiter.admit(of('acme'));
  });

  it('counts those without a token by their address, apart from tenants of that name', async () => {
    const limiter = createRateLimiter(1);
    await limiter.admitStranger('10.0.0.1');
    await expect(limiter.admitStranger('10.0.0.1')).rejects.toBeInstanceOf(RateLimitError);
    await limiter.admitStranger('10.0.0.2');
    await limiter.admit(of('10.0.0.1'));
  });

  it('is 500 a second unless it is told otherwise', () => {
    expect(AccessConfig.parse({ KEYS_DIR: '/keys' }).RATE_LIMIT_PER_SECOND).toBe(500);
  });
});
