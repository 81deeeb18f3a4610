import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Queue } from '@trace-mesh/tracing/sqs';

export interface Deps {
  sqs: SQSClient;
  queue: Queue;
  logger: Logger;
}
