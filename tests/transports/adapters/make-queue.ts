import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { runInContext } from '@trace-mesh/tracing/carrier';
import type { Queue } from '@trace-mesh/tracing/sqs';

/** A separate queue that no service reads. */
export async function makeQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const create = () => sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { QueueUrl: url } = await runInContext(suppressTracing(ROOT_CONTEXT), create);
  if (!url) throw new Error(`the queue ${name} has no URL`);
  return { name, url };
}
