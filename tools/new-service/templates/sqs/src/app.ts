// Consumes the queue.
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import { observeQueue } from '@trace-mesh/runtime/sqs-metrics';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { greet } from './handlers/greet.ts';

/** Handles the queue's messages and reports its length as a metric, until disposed. */
export function consumeQueue(
  { sqs, queue, logger }: Deps,
  { RETRY_BASE_S: retryBaseSeconds }: Pick<z.infer<typeof Config>, 'RETRY_BASE_S'>,
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  stack.use(observeQueue(sqs, queue));
  stack.use(consume(sqs, queue, greet(logger), logger, { retryBaseSeconds }));
  return stack;
}
