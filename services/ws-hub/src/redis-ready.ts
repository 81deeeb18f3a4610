import type { RedisConnection } from '@trace-mesh/tracing/redis';

/** Resolves when Redis answers commands and the channel is connected, on which it answers none. */
export async function hears(redis: RedisConnection, channel: RedisConnection): Promise<void> {
  if (channel.status !== 'ready') throw new Error(`the channel is ${channel.status}`);
  await redis.ping();
}
