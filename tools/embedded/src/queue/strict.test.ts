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

it('takes ten attributes and refuses the eleventh', async () => {
  await send(attributes(10));
  await expect(send(attributes(11))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Number of message attributes [11] exceeds the allowed maximum [10].',
  });
});

it.each([
  ['returns AWSTraceHeader to a receive that names it', ['AWSTraceHeader' as const], ['first', 'second']],
  ['returns AWSTraceHeader to a receive that names all', ['All' as const], ['first', 'second']],
  ['returns no AWSTraceHeader to another receive', ['SentTimestamp' as const], [undefined, undefined]],
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

it('refuses an empty attribute value', async () => {
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
])('refuses the attribute name %s', async (name, why) => {
  await expect(send({ [name]: { DataType: 'String', StringValue: 'x' } })).rejects.toThrow(why);
});

it.each([
  ['Text', 'x', 'invalid type'],
  ['Number', 'ten', 'can not cast'],
])('refuses the type %s with the value %s', async (DataType, StringValue, why) => {
  await expect(send({ a: { DataType, StringValue } })).rejects.toThrow(why);
});

it('takes custom types and numbers', async () => {
  await send({ 'a.b-c_d': { DataType: 'Number.money', StringValue: '-12.5e3' } });
});

it('refuses a delay of more than 15 minutes', async () => {
  const late = new SendMessageCommand({ QueueUrl, MessageBody: 'b', DelaySeconds: 901 });
  await expect(sqs.send(late)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

it('fails the bad entries of a batch and sends the good ones', async () => {
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

it('returns only the attributes that were asked for', async () => {
  await send(attributes(2));
  const receive = async (MessageAttributeNames?: string[]) => {
    const asked = MessageAttributeNames ? { MessageAttributeNames } : {};
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, ...asked }),
    );
    return Object.keys(Messages?.[0]?.MessageAttributes ?? {});
  };
  expect(await receive()).toEqual([]);
  expect(await receive(['a1'])).toEqual(['a1']);
  expect(await receive(['All'])).toEqual(['a0', 'a1']);
});

it('refuses receipt handles that it never gave out', async () => {
  const ReceiptHandle = 'garbage';
  const refusal = { name: 'ReceiptHandleIsInvalid' };
  await expect(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))).rejects.toMatchObject(
    refusal,
  );
  const change = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  await expect(sqs.send(change)).rejects.toMatchObject(refusal);
  const answer = await sqs.send(
    new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', ReceiptHandle }] }),
  );
  expect(answer.Failed).toMatchObject([{ Id: '1', Code: 'ReceiptHandleIsInvalid' }]);
});

it('deletes what was received', async () => {
  await send({});
  const receive = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))).Messages;
  await receive();
  const ReceiptHandle = (await receive())?.[0]?.ReceiptHandle;
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  expect(await receive()).toBeUndefined();
});

it('gives a message to the next receiver when the first was gone before it came', async () => {
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
