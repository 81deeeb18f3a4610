import { randomUUID } from 'node:crypto';
import { openRedis } from '@trace-mesh/runtime/redis';
import { consumeGroup } from '@trace-mesh/runtime/redis-stream-consumer';
import { createLogger } from '@trace-mesh/tracing/logger';
import { append } from '@trace-mesh/tracing/redis-stream';
import { z } from 'zod';
import { Desk, type Transport } from '../transport.ts';

/** Row 21: fields of the entry, beside its data. */
export const redisStream: Transport = {
  name: 'redis stream',
  path: ['consumer process transport-stream', 'producer send transport-stream'],
  async open({ redisUrl }) {
    const desk = new Desk();
    const logger = createLogger();
    const stream = { name: 'transport-stream', key: `transport-stream:${randomUUID()}`, maxLength: 1_000 };
    const resources = new AsyncDisposableStack();
    const writer = resources.use(openRedis(redisUrl, logger));
    const reader = resources.use(openRedis(redisUrl, logger));
    const group = { stream, group: 'transports', schema: z.string(), handle: (id: string) => desk.run(id) };
    resources.use(consumeGroup(reader, group, { consumer: 'one', logger }));
    return {
      carry: (work) => desk.carry(work, (id) => append(writer, stream, id)),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  },
};
