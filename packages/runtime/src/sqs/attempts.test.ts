import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createLogger } from '@trace-mesh/tracing/logger';
import type { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { attemptsInRedis } from './attempts.ts';

const delivery = { sender: ROOT_CONTEXT, message: { MessageId: 'm' } };
const logger = createLogger();

/** A Redis with this response to every GET. */
const answering = (get: () => Promise<string | null>) => ({ get }) as unknown as Redis;

it('the previous attempt is the root context where none is recorded, without a warning', async () => {
  const warn = vi.spyOn(logger, 'warn');
  expect(
    await attemptsInRedis(
      answering(async () => null),
      logger,
    ).previous(delivery),
  ).toBe(ROOT_CONTEXT);
  expect(warn).not.toHaveBeenCalled();
});

it.each([
  ['is not valid JSON', async () => 'no json'],
  ['cannot be read', () => Promise.reject(new Error('Connection is closed.'))],
])('the previous attempt is the root context, with a warning, where the recorded one %s', async (_, get) => {
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
  expect(await attemptsInRedis(answering(get), logger).previous(delivery)).toBe(ROOT_CONTEXT);
  expect(warn).toHaveBeenCalledOnce();
});

it('attempts at a message whose sender is not sampled are neither recorded nor read', async () => {
  const redis = { get: vi.fn(), set: vi.fn() };
  const log = attemptsInRedis(redis as unknown as Redis, logger);
  const origin = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };
  const unsampled = { ...delivery, sender: trace.setSpanContext(ROOT_CONTEXT, origin) };
  expect(await log.previous(unsampled)).toBe(ROOT_CONTEXT);
  await log.failed(unsampled);
  expect([redis.get, redis.set].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});
