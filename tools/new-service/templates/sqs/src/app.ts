// What the service works with, and what it does with each message.
import type { SQSClient } from '@aws-sdk/client-sqs';
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import { observeQueue } from '@trace-mesh/runtime/sqs-metrics';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Queue } from '@trace-mesh/tracing/sqs';
import type { z } from 'zod';
import type { Config } from './config.ts';
import { greet } from './handlers/greet.ts';

export interface Deps {
  logger: Logger;
}

/** Handles the queue's messages, and shows how many wait, until disposed. */
export function consumeQueue(
  sqs: SQSClient,
  queue: Queue,
  deps: Deps,
  { RETRY_BASE_S: retryBaseSeconds }: Pick<z.infer<typeof Config>, 'RETRY_BASE_S'>,
): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  stack.use(observeQueue(sqs, queue));
  stack.use(consume(sqs, queue, greet(deps), deps.logger, { retryBaseSeconds }));
  return stack;
}
