import { BaseConfig } from '@trace-mesh/runtime/service';
import { RETRY_BASE_S } from '@trace-mesh/runtime/sqs-consumer';
import { z } from 'zod';
import { QUEUE } from './messages.ts';

export const Config = BaseConfig.extend({
  /** Left out, the AWS SDK's own resolution applies. */
  SQS_ENDPOINT: z.url().optional(),
  QUEUE: z.string().min(1).default(QUEUE),
  /** A message that failed is tried again after so many s, then after twice as many, and so on. */
  RETRY_BASE_S: z.coerce.number().min(0).default(RETRY_BASE_S),
});
