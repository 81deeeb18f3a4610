// Remembers which span tried a message last, so that a redelivery links to the attempt before it. SQS itself keeps nothing
// but a count: see decisions/006-previous-attempts.md.
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Redis } from 'ioredis';
import { extractContext, injectContext } from './carrier.ts';
import type { Logger } from './logger.ts';
import { quietly } from './sqs.ts';
import type { Delivery } from './sqs-receive.ts';

/** How long a failed attempt is remembered, in s: as long as SQS can keep its message. */
export const ATTEMPT_TTL_S = 14 * 24 * 3600;

/** Neither method ever rejects: what is lost here is a link, and work does not fail for a link. */
export interface AttemptLog {
  /** The context of the attempt before this one; the root context where there was none. */
  previous(delivery: Pick<Delivery, 'sender' | 'message'>): Promise<Context>;
  /** Called in the context of an attempt that has failed. */
  failed(delivery: Pick<Delivery, 'sender' | 'message'>): Promise<void>;
}

export const noAttemptLog: AttemptLog = {
  previous: async () => ROOT_CONTEXT,
  failed: async () => {},
};

/** Keeps attempts in Redis, where every consumer of the queue finds them. */
export function attemptsInRedis(redis: Redis, logger: Logger): AttemptLog {
  const tolerate = (error: unknown) => {
    logger.warn({ err: error }, 'the link between two attempts at a message is lost');
  };
  return {
    async previous(delivery) {
      const stored = await quietly(() => redis.get(keyOf(delivery))).catch(tolerate);
      return stored ? extractContext(JSON.parse(stored)) : ROOT_CONTEXT;
    },
    async failed(delivery) {
      const attempt = injectContext();
      if (!attempt.traceparent) return;
      const value = JSON.stringify(attempt);
      await quietly(() => redis.set(keyOf(delivery), value, 'EX', ATTEMPT_TTL_S)).catch(tolerate);
    },
  };
}

/** By the span that made the message: it stays the same when a redrive gives the message a new id. */
function keyOf({ sender, message }: Pick<Delivery, 'sender' | 'message'>): string {
  const origin = trace.getSpanContext(sender);
  return `mesh:attempt:${origin ? `${origin.traceId}-${origin.spanId}` : message.MessageId}`;
}
