import { ROOT_CONTEXT } from '@opentelemetry/api';
import { createLogger } from '@trace-mesh/tracing/logger';
import type { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { attemptsInRedis } from './attempts.ts';

const delivery = { sender: ROOT_CONTEXT, message: { MessageId: 'm' } };
const logger = createLogger();

/** A Redis that answers so to every GET. */
const answering = (get: () => Promise<string | null>) => ({ get }) as unknown as Redis;

it('knows of no attempt where none was noted, and says nothing', async () => {
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
  ['is no JSON', async () => 'no json'],
  ['cannot be had', () => Promise.reject(new Error('Connection is closed.'))],
])('works on without the link, and says so, where what was noted %s', async (_, get) => {
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
  expect(await attemptsInRedis(answering(get), logger).previous(delivery)).toBe(ROOT_CONTEXT);
  expect(warn).toHaveBeenCalledOnce();
});
