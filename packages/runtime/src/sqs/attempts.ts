// Remembers failed attempts at messages in Redis, so that the next attempt can link to them: SQS keeps only a count
// (decisions/006-previous-attempts.md).
import { type Context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { extractContext, injectContext } from '@trace-mesh/tracing/carrier';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutTracing } from '@trace-mesh/tracing/sqs';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';
import type { Cluster, Redis } from 'ioredis';

type Attempted = Pick<Delivery, 'sender' | 'message'>;

/** Failed attempts at messages. Neither method rejects: the work goes on without the link. */
export interface AttemptLog {
  /** The context of the previous attempt; the root context where there is none. */
  previous(delivery: Attempted): Promise<Context>;
  /** Records a failed attempt; called in its context. */
  failed(delivery: Attempted): Promise<void>;
}

/** How long an attempt is kept, in s: as long as SQS can keep its message. */
const ATTEMPT_TTL_S = 14 * 24 * 3600;

/** An attempt log in Redis, shared by all consumers of a queue. */
export function attemptsInRedis(redis: Redis | Cluster, logger: Logger): AttemptLog {
  const warn = (err: unknown) =>
    logger.warn({ err }, 'recording or reading an attempt failed, no link between attempts');
  async function stored(delivery: Attempted): Promise<Context | undefined> {
    const text = await withoutTracing(() => redis.get(keyOf(delivery)));
    return text === null ? undefined : extractContext(JSON.parse(text));
  }
  return {
    previous: async (delivery) =>
      (isRecorded(delivery) && (await stored(delivery).catch(warn))) || ROOT_CONTEXT,
    async failed(delivery) {
      if (!isRecorded(delivery)) return;
      const attempt = injectContext('attempt-log');
      if (!attempt.traceparent) return;
      const value = JSON.stringify(attempt);
      await withoutTracing(() => redis.set(keyOf(delivery), value, 'EX', ATTEMPT_TTL_S)).catch(warn);
    },
  };
}

/** Attempts at a message follow its sender's sampling decision: where that is not to record, there are no spans to link. */
function isRecorded({ sender }: Attempted): boolean {
  const origin = trace.getSpanContext(sender);
  return !origin || (origin.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** Named after the sender's span, which stays the same when a redrive gives the message a new id. */
function keyOf({ sender, message }: Attempted): string {
  const origin = trace.getSpanContext(sender);
  return `mesh:attempt:${origin ? `${origin.traceId}-${origin.spanId}` : message.MessageId}`;
}
