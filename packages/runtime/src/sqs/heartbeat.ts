// Long work on a message is not delivered twice: while somebody works on it, the time for which the queue keeps it from
// others is extended again and again. Should the worker die, that time simply runs out.
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { repeat } from '../repeat.ts';

/** How often a message that is being worked on is extended, in ms. */
export const HEARTBEAT_INTERVAL_MS = 10_000;
/** For how long each extension keeps it from others, in s: two heartbeats may be lost before somebody else gets it. */
export const HEARTBEAT_VISIBILITY_S = 30;

export interface HeartbeatOptions {
  intervalMs?: number;
  visibilitySeconds?: number;
  /** Hears of an extension that failed. The next one is tried all the same. */
  warn?: (cause: unknown) => void;
}

/**
 * Extends the message's visibility until disposed, without spans. Disposing waits for an extension that is on its way:
 * one that arrived later would undo what is decided next about the message. Never rejects.
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
