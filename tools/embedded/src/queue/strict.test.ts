// What the embedded queue does beside the rules of SQS, which tests/backends/sqs states.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPersistentApp } from './persistent.ts';
import { makeStrict } from './strict.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'queue-'));
const { app, store } = buildPersistentApp(dataDir);
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  makeStrict(app, store);
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials, useQueueUrlAsEndpoint: false });
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' })));
});
afterAll(async () => {
  sqs.destroy();
  await app.close();
  rmSync(dataDir, { recursive: true });
});

it('a message that arrives after its receiver disconnected goes to the next receiver', async () => {
  const gone = new AbortController();
  const abandoned = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }), {
    abortSignal: gone.signal,
  });
  const ended = expect(abandoned).rejects.toThrow();
  // The double holds the request once it has been read; the next answer on another connection comes after that.
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  gone.abort();
  await ended;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b' }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  expect(Messages).toHaveLength(1);
});
