// Redis pub/sub. It has no headers, so the context is in an envelope around the message:
// {"trace_context":{"traceparent":"…"},"data":…}.
import type { Cluster, Redis } from 'ioredis';
import { z } from 'zod';
import { extractContext, injectContext } from '../context/carrier.ts';
import { withMessageSpan } from '../spans/messaging.ts';

/** The text of a message. */
export const Envelope = z.object({ trace_context: z.unknown().optional(), data: z.unknown() });

/** Publishes `data` (JSON-serializable) with the context of the running work, in a PRODUCER span. */
export async function publish(redis: Redis | Cluster, channel: string, data: unknown): Promise<void> {
  await withMessageSpan({ system: 'redis', operation: 'publish', destination: channel }, {}, async () => {
    const trace_context = injectContext('redis');
    const isTraced = Object.keys(trace_context).length > 0;
    const text = JSON.stringify({ ...(isTraced && { trace_context }), data });
    // In a cluster to the node of the channel alone, where `publish` reaches every node.
    await (redis.isCluster ? redis.spublish(channel, text) : redis.publish(channel, text));
  });
}

/**
 * Runs `work` with the data of one message, in a CONSUMER span that is a child of its publisher's. A malformed context is
 * dropped. Rejects with what `work` rejects with, and with a `SyntaxError` or `ZodError` for a text that is no envelope.
 */
export async function withProcessSpan<T>(
  channel: string,
  text: string,
  work: (data: unknown) => Promise<T> | T,
): Promise<T> {
  const { trace_context, data } = Envelope.parse(JSON.parse(text));
  const what = { system: 'redis', operation: 'process', destination: channel } as const;
  return withMessageSpan(what, { parent: extractContext(trace_context) }, () => work(data));
}
