import { openRedis, subscribe } from '@trace-mesh/runtime/redis';
import { createLogger } from '@trace-mesh/tracing/logger';
import { publish } from '@trace-mesh/tracing/redis';
import { z } from 'zod';
import { Desk, type Transport } from '../transport.ts';

const CHANNEL = 'transport-events';

/** Row 20: an envelope around what is published. */
export const redisPubSub: Transport = {
  name: 'redis pub/sub',
  path: [`consumer process ${CHANNEL}`, `producer publish ${CHANNEL}`],
  async open({ redisUrl }) {
    const desk = new Desk();
    const logger = createLogger();
    const publisher = openRedis(redisUrl, logger);
    const subscriber = openRedis(redisUrl, logger);
    await subscribe(subscriber, {
      channel: CHANNEL,
      schema: z.string(),
      handle: (id) => desk.run(id),
      logger,
    });
    return {
      carry: (work) => desk.carry(work, (id) => publish(publisher, CHANNEL, id)),
      async [Symbol.asyncDispose]() {
        await subscriber[Symbol.asyncDispose]();
        await publisher[Symbol.asyncDispose]();
      },
    };
  },
};
