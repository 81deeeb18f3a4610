// Keeps a message invisible to other consumers while it is processed. When the worker dies, its visibility timeout ends.
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { repeat } from '../repeat.ts';

/** How often the visibility timeout is extended, in ms. */
export const HEARTBEAT_INTERVAL_MS = 10_000;
/** The visibility timeout that an extension sets, in s: two heartbeats may be lost before the message is visible. */
export const HEARTBEAT_VISIBILITY_S = 30;

export interface HeartbeatOptions {
  intervalMs?: number;
  visibilitySeconds?: number;
  /** Called when an extension failed; the next one is sent nevertheless. */
  warn?: (cause: unknown) => void;
}

/**
 * Extends the message's visibility timeout until disposed, without spans. Disposing waits for an extension in flight, which
 * would otherwise overwrite the visibility timeout set next. Never rejects.
 */
export function keepInvisible(
  sqs: SQSClient,
  queue: Queue,
  message: { ReceiptHandle?: string | undefined },
  options: HeartbeatOptions = {},
): AsyncDisposable {
  const { intervalMs = HEARTBEAT_INTERVAL_MS, visibilitySeconds = HEARTBEAT_VISIBILITY_S } = options;
  const { warn = () => {} } = options;
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: queue.url,
    ReceiptHandle: message.ReceiptHandle,
    VisibilityTimeout: visibilitySeconds,
  });

  return repeat(intervalMs, () => withoutTracing(async () => void (await sqs.send(command))), warn);
}
