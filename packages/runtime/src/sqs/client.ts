// Opens SQS clients and reads queues by name.
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { MAX_WAIT_S } from '@trace-mesh/tracing/sqs-receive';
import pRetry from 'p-retry';
import { z } from 'zod';
import { READINESS_TIMEOUT_MS } from '../health.ts';

// maxReceiveCount is text on some servers, a number on others.
const RedrivePolicy = z.object({
  maxReceiveCount: z.coerce.number().int().positive(),
  deadLetterTargetArn: z.string(),
});

/** How long a connection to AWS may take to open, in ms. */
const SQS_CONNECT_TIMEOUT_MS = 2_000;
/** How long a response may take, in ms: longer than the longest poll. */
const SQS_REQUEST_TIMEOUT_MS = MAX_WAIT_S * 1_000 + 5_000;

/** Opens a client; the AWS SDK finds region and credentials in its usual places. */
export function openSqs(endpoint: string | undefined): SQSClient & Disposable {
  // By default the SDK sends to the host in the queue's URL, which does not resolve inside a container network.
  const at = endpoint ? { endpoint, useQueueUrlAsEndpoint: false } : {};
  const requestHandler = {
    connectionTimeout: SQS_CONNECT_TIMEOUT_MS,
    requestTimeout: SQS_REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  };
  const sqs = new SQSClient({ ...at, requestHandler });
  return Object.assign(sqs, { [Symbol.dispose]: () => sqs.destroy() });
}

/** Reads a queue's properties by its name. Waits about a minute for a queue that does not exist yet, then rejects. */
export async function findQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const url = await context.with(suppressTracing(ROOT_CONTEXT), () =>
    pRetry(() => urlOf(sqs, name), { retries: 30, minTimeout: 100, maxTimeout: 2_000 }),
  );
  const command = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: ['RedrivePolicy', 'MaximumMessageSize'],
  });
  const { Attributes = {} } = await withoutTracing(() => sqs.send(command));
  const size = Attributes.MaximumMessageSize;
  const queue = { name, url, ...(size && { maxMessageBytes: Number(size) }) };
  if (!Attributes.RedrivePolicy) return queue;
  const policy = RedrivePolicy.parse(JSON.parse(Attributes.RedrivePolicy));
  // arn:aws:sqs:region:account:name
  const dead = policy.deadLetterTargetArn.split(':').at(-1) ?? '';
  const deadLetters = { name: dead, url: await withoutTracing(() => urlOf(sqs, dead)) };
  return { ...queue, maxReceives: policy.maxReceiveCount, deadLetters };
}

/** Resolves when the queue responds; for readiness. */
export async function queueAnswers(sqs: SQSClient, { url: QueueUrl }: Queue): Promise<void> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  await sqs.send(command, { abortSignal: AbortSignal.timeout(READINESS_TIMEOUT_MS) });
}

async function urlOf(sqs: SQSClient, name: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  if (!QueueUrl) throw new Error(`the queue ${name} has no URL`);
  return QueueUrl;
}
