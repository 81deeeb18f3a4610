// Kills and restarts the queue process: messages survive, as in SQS.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Mesh, startMesh } from '../mesh.ts';

let mesh: Mesh;
let sqs: SQSClient;
let QueueUrl: string | undefined;
let deadLetters: string | undefined;

beforeAll(async () => {
  mesh = await startMesh({ only: ['queue'] });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  sqs = new SQSClient({
    endpoint: mesh.endpoints.sqs,
    region: 'us-east-1',
    credentials,
    useQueueUrlAsEndpoint: false,
  });
  ({ QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'tasks' })));
  ({ QueueUrl: deadLetters } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'tasks-dlq' })));
}, 60_000);
afterAll(async () => {
  sqs.destroy();
  await mesh.stop();
});
beforeEach(async () => {
  for (const url of [QueueUrl, deadLetters]) {
    for (let message = await receive(url); message; message = await receive(url))
      await remove(message.ReceiptHandle, url);
  }
});

async function receive(from = QueueUrl, VisibilityTimeout?: number) {
  const command = new ReceiveMessageCommand({
    QueueUrl: from,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
    ...(VisibilityTimeout !== undefined && { VisibilityTimeout }),
  });
  const { Messages: [message] = [] } = await sqs.send(command);
  return message;
}
const remove = (ReceiptHandle: string | undefined, from = QueueUrl) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const send = (MessageBody: string) => {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes = { mine: text('kept') };
  const MessageSystemAttributes = { AWSTraceHeader: text(TRACE_HEADER) };
  return sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes, MessageSystemAttributes }),
  );
};
const setVisibility = (ReceiptHandle: string | undefined, VisibilityTimeout = 0) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
const countOf = (message: Awaited<ReturnType<typeof receive>>) =>
  message?.Attributes?.ApproximateReceiveCount;

async function killAndStart(): Promise<void> {
  await mesh.processes.get('queue')?.kill();
  await mesh.processes.get('queue')?.start();
}

it('a waiting message survives a kill with its attributes and receive count', async () => {
  await send('waits');
  await setVisibility((await receive())?.ReceiptHandle);
  await killAndStart();
  const message = await receive();
  expect(message).toMatchObject({
    Body: 'waits',
    MessageAttributes: { mine: { StringValue: 'kept' } },
    Attributes: { AWSTraceHeader: TRACE_HEADER },
  });
  expect(Number(countOf(message))).toBe(2);
}, 30_000);

it('a message in flight survives a kill, invisible to others and with a valid receipt handle', async () => {
  await send('in flight');
  const message = await receive();
  await killAndStart();
  expect(await receive()).toBeUndefined();
  await setVisibility(message?.ReceiptHandle, 60);
  await remove(message?.ReceiptHandle);
  await killAndStart();
  expect(await receive()).toBeUndefined();
}, 30_000);

it('a message in flight during a kill is delivered again after its visibility timeout', async () => {
  await send('forgotten');
  await receive(QueueUrl, 2);
  await killAndStart();
  const again = await vi.waitFor(
    async () => {
      const message = await receive();
      expect(message?.Body).toBe('forgotten');
      return message;
    },
    { timeout: 10_000, interval: 50 },
  );
  expect(Number(countOf(again))).toBe(2);
}, 30_000);

it('dead letters survive a kill with their source, and so does the count of deliveries that makes one', async () => {
  await send('poison');
  for (let delivery = 1; delivery <= 3; delivery++) await setVisibility((await receive())?.ReceiptHandle);
  await killAndStart();
  expect(await receive()).toBeUndefined();
  await killAndStart();
  const DeadLetterQueueSourceArn = expect.stringMatching(/:tasks$/);
  expect(await receive(deadLetters)).toMatchObject({
    Body: 'poison',
    Attributes: { AWSTraceHeader: TRACE_HEADER, DeadLetterQueueSourceArn },
  });
}, 30_000);

it('a waiting message survives an orderly restart', async () => {
  await send('orderly');
  await mesh.processes.get('queue')?.restart();
  expect(await receive()).toMatchObject({ Body: 'orderly' });
}, 30_000);
