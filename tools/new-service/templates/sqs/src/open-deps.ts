import type { ServiceScope } from '@trace-mesh/runtime/service';
import { findQueue, openSqs } from '@trace-mesh/runtime/sqs-client';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';

/** Opens what the service depends on. Rejects if the queue does not exist. */
export async function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Promise<Deps> {
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  return { sqs, queue: await findQueue(sqs, config.QUEUE), logger };
}
