import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeStrict } from './strict.ts';
import { keepTraceHeaders } from './trace-headers.ts';

const app = buildApp({ logger: false });
let sqs: SQSClient;
let QueueUrl: string | undefined;
let queues = 0;

const attributes = (count: number) => {
  const entries = Array.from({ length: count }, (_, i) => [
    `a${i}`,
    { DataType: 'String', StringValue: 'x' },
  ]);
  return Object.fromEntries(entries);
};

beforeAll(async () => {
  makeStrict(app);
  keepTraceHeaders(app);
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  sqs = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
});
beforeEach(async () => {
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `q${queues++}` })));
});
afterAll(async () => {
  sqs.destroy();
  await app.close();
});

const send = (MessageAttributes: ReturnType<typeof attributes>) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'b', MessageAttributes }));

it('the queue accepts ten attributes and rejects eleven', async () => {
  await send(attributes(10));
  await expect(send(attributes(11))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Number of message attributes [11] exceeds the allowed maximum [10].',
  });
});

it.each([
  [
    'the queue returns AWSTraceHeader to a receive that names it',
    ['AWSTraceHeader' as const],
    ['first', 'second'],
  ],
  ['the queue returns AWSTraceHeader to a receive that names all', ['All' as const], ['first', 'second']],
  [
    'the queue returns no AWSTraceHeader to another receive',
    ['SentTimestamp' as const],
    [undefined, undefined],
  ],
])('%s, from a message and from an entry of a batch', async (_, MessageSystemAttributeNames, expected) => {
  const system = (StringValue: string) => ({ AWSTraceHeader: { DataType: 'String', StringValue } });
  const one = { MessageBody: 'b', MessageSystemAttributes: system('first') };
  await sqs.send(new SendMessageCommand({ QueueUrl, ...one }));
  const entry = { Id: 'e', MessageBody: 'b', MessageSystemAttributes: system('second') };
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry] }));
  const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
  expect(Messages.map(({ Attributes }) => Attributes?.AWSTraceHeader)).toEqual(expected);
});

it('the queue rejects an empty attribute value', async () => {
  await expect(send({ a: { DataType: 'String', StringValue: '' } })).rejects.toThrow(
    /'a' must contain a non-empty/,
  );
});

it.each([
  ['AWS.mine', 'reserved prefix'],
  ['amazon.mine', 'reserved prefix'],
  ['a..b', 'two periods'],
  ['.a', 'start or end'],
  ['a b', 'can only contain'],
  ['a'.repeat(257), '1 to 256'],
])('the queue rejects the attribute name %s: %s', async (name, why) => {
  await expect(send({ [name]: { DataType: 'String', StringValue: 'x' } })).rejects.toThrow(why);
});

it.each([
  ['Text', 'x', 'invalid type'],
  ['Number', 'ten', 'can not cast'],
])('the queue rejects the type %s with the value %s: %s', async (DataType, StringValue, why) => {
  await expect(send({ a: { DataType, StringValue } })).rejects.toThrow(why);
});

it('the queue accepts custom types and numbers', async () => {
  await send({ 'a.b-c_d': { DataType: 'Number.money', StringValue: '-12.5e3' } });
});

it('the queue rejects a delay of more than 15 minutes', async () => {
  const late = new SendMessageCommand({ QueueUrl, MessageBody: 'b', DelaySeconds: 901 });
  await expect(sqs.send(late)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

it('only the invalid entries of a batch fail', async () => {
  const answer = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'b' },
        { Id: 'bad', MessageBody: 'b', MessageAttributes: attributes(11) },
      ],
    }),
  );
  expect(answer.Successful?.map((entry) => entry.Id)).toEqual(['good']);
  expect(answer.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue' }]);
});

it('the queue returns only the requested attributes', async () => {
  await send(attributes(2));
  const receive = async (MessageAttributeNames?: string[]) => {
    const requested = MessageAttributeNames ? { MessageAttributeNames } : {};
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, ...requested }),
    );
    return Object.keys(Messages?.[0]?.MessageAttributes ?? {});
  };
  expect(await receive()).toEqual([]);
  expect(await receive(['a1'])).toEqual(['a1']);
  expect(await receive(['All'])).toEqual(['a0', 'a1']);
});

it('the queue rejects receipt handles that it did not issue', async () => {
  const ReceiptHandle = 'garbage';
  const error = { name: 'ReceiptHandleIsInvalid' };
  await expect(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))).rejects.toMatchObject(error);
  const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  await expect(sqs.send(change)).rejects.toMatchObject(error);
  const answer = await sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', ReceiptHandle }] }),
  );
  expect(answer.Failed).toMatchObject([{ Id: '1', Code: 'ReceiptHandleIsInvalid' }]);
});

it('a received message can be deleted', async () => {
  await send({});
  const receive = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))).Messages;
  await receive();
  const ReceiptHandle = (await receive())?.[0]?.ReceiptHandle;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  expect(await receive()).toBeUndefined();
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
  await send({});
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  expect(Messages).toHaveLength(1);
});
