// Redis pub/sub that keeps the trace. Pub/sub has no headers, so the context travels in
// an envelope around the message: {"trace_context":{"traceparent":"…"},"data":…}.
import { context, SpanKind } from '@opentelemetry/api';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { extractContext, injectContext } from '../context/carrier.ts';
import type { Logger } from '../logger.ts';
import { messagingAttributes } from '../spans/messaging.ts';
import { withSpan } from '../spans/span.ts';

// A context of any shape: one that is malformed costs the message its parent, never its handling.
const Envelope = z.object({ trace_context: z.unknown().optional(), data: z.unknown() });

/** Publishes `data` (JSON-serialisable) together with the context of the running work. */
export async function publish(redis: Redis, channel: string, data: unknown): Promise<void> {
  const init = { kind: SpanKind.PRODUCER, attributes: messagingAttributes('redis', 'publish', channel) };
  await withSpan(`publish ${channel}`, init, async () => {
    const trace_context = injectContext('redis');
    const isTraced = Object.keys(trace_context).length > 0;
    const text = JSON.stringify({ ...(isTraced && { trace_context }), data });
    await redis.publish(channel, text);
  });
}

/** One channel, and what is done with each of its messages. */
export interface ChannelSubscription<T> {
  channel: string;
  schema: z.ZodType<T>;
  handle: (data: T) => Promise<void> | void;
  logger: Logger;
  /** The connection was lost and the channel is heard again; what was published meanwhile is gone. */
  onGap?: () => void;
}

/**
 * Subscribes `redis` (a connection of its own: Redis allows no other commands on it) and runs `handle` for each message,
 * as a child of the work that published it. What does not parse is logged and dropped: pub/sub has nobody to refuse to.
 */
export async function subscribe<T>(
  redis: Redis,
  { channel, schema, handle, logger, onGap }: ChannelSubscription<T>,
): Promise<void> {
  redis.on('message', (from: string, text: string) => {
    if (from === channel) void receive(text);
  });
  await redis.subscribe(channel);
  redis.on('ready', () => void hearAgain());

  async function hearAgain(): Promise<void> {
    try {
      await redis.subscribe(channel);
      logger.warn({ channel }, 'a channel was lost and is heard again');
      onGap?.();
    } catch (error) {
      // The connection broke once more: it will be ready again.
      logger.warn({ err: error, channel }, 'a channel is not heard again yet');
      if (redis.status === 'ready') redis.disconnect(true);
    }
  }

  async function receive(text: string): Promise<void> {
    try {
      const { trace_context, data } = Envelope.parse(JSON.parse(text));
      const parent = extractContext(trace_context);
      const init = {
        kind: SpanKind.CONSUMER,
        parent,
        attributes: messagingAttributes('redis', 'process', channel),
      };
      await context.with(parent, () =>
        withSpan(`process ${channel}`, init, () => handle(schema.parse(data))),
      );
    } catch (error) {
      logger.error({ err: error, channel }, 'a pub/sub message could not be processed');
    }
  }
}
