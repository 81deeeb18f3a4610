// Attempts at messages, remembered in Redis.
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { extractContext, injectContext } from '@trace-mesh/tracing/carrier';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutTracing } from '@trace-mesh/tracing/sqs';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';
import type { Redis } from 'ioredis';
import type { AttemptLog } from './attempt-log.ts';

/** How long a failed attempt is remembered, in s: as long as SQS can keep its message. */
const ATTEMPT_TTL_S = 14 * 24 * 3600;

/** Keeps attempts in Redis, where every consumer of the queue finds them. */
export function attemptsInRedis(redis: Redis, logger: Logger): AttemptLog {
  const tolerate = (error: unknown) => {
    logger.warn({ err: error }, 'the link between two attempts at a message is lost');
  };
  async function stored(delivery: Parameters<AttemptLog['previous']>[0]): Promise<Context | undefined> {
    const text = await withoutTracing(() => redis.get(keyOf(delivery)));
    return text === null ? undefined : extractContext(JSON.parse(text));
  }
  return {
    async previous(delivery) {
      return (await stored(delivery).catch(tolerate)) ?? ROOT_CONTEXT;
    },
    async failed(delivery) {
      const attempt = injectContext('attempt-log');
      if (!attempt.traceparent) return;
      const value = JSON.stringify(attempt);
      await withoutTracing(() => redis.set(keyOf(delivery), value, 'EX', ATTEMPT_TTL_S)).catch(tolerate);
    },
  };
}

/** By the span that made the message: it stays the same when a redrive gives the message a new id. */
function keyOf({ sender, message }: Pick<Delivery, 'sender' | 'message'>): string {
  const origin = trace.getSpanContext(sender);
  return `mesh:attempt:${origin ? `${origin.traceId}-${origin.spanId}` : message.MessageId}`;
}
