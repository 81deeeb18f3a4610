import { BaseConfig } from '@trace-mesh/runtime/service';
import { RETRY_BASE_S } from '@trace-mesh/runtime/sqs-consumer';
import { z } from 'zod';
import { QUEUE } from './messages.ts';

export const Config = BaseConfig.extend({
  /** By default the AWS SDK resolves the endpoint. */
  SQS_ENDPOINT: z.url().optional(),
  QUEUE: z.string().min(1).default(QUEUE),
  /** Seconds until the first retry of a failed message; doubles with each retry. */
  RETRY_BASE_S: z.coerce.number().min(0).default(RETRY_BASE_S),
});
