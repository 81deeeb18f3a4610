import { type Message, type MessageAttributeValue, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { fromMessageAttribute, SQS_ERROR_ATTRIBUTE } from '@trace-mesh/tracing/error-carriers';
import { createLogger } from '@trace-mesh/tracing/logger';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { consume } from './consumer.ts';
import { UNPROCESSABLE } from './dead-letter.ts';
import { processMessage } from './process.ts';
import { redrive, redriveOf } from './redrive.ts';

const tracing = startTestTracing();
const { sqs, newQueue, count } = await startQueues();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());
const logger = createLogger({ write: () => undefined });
const eventually = { timeout: 10_000, interval: 20 };
const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

/** Lets a message fail twice; returns its dead letter and the queues. */
async function die(
  attributes: Record<string, MessageAttributeValue>,
  body: Record<string, unknown> = { n: 1 },
) {
  const { queue, deadLetters } = await newQueue(2);
  const fail = () => Promise.reject(new RangeError('too far'));
  await using _consumer = consume(sqs, queue, fail, logger, { retryBaseSeconds: 0 });
  await sendMessage(sqs, queue, body, attributes);
  await vi.waitFor(async () => expect(await count(deadLetters)).toBe(1), eventually);
  await vi.waitFor(async () => expect(await count(queue)).toBe(0), eventually);
  return { queue, deadLetters, letter: await peek(deadLetters) };
}

async function peek({ url }: Queue): Promise<Message> {
  const command = { QueueUrl: url, MessageAttributeNames: ['All'], VisibilityTimeout: 0 };
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand(command));
  if (!message) throw new Error('there is no dead letter');
  return message;
}

describe('deadLetter', () => {
  it('a dead letter has its error and the span where that arose, beside the attributes of its sender', async () => {
    const { queue, letter } = await die({ mine: text('kept') });
    const [last] = tracing.spans(`process ${queue.name}`).slice(-1);
    expect(fromMessageAttribute(letter)?.fields).toMatchObject({
      code: UNPROCESSABLE,
      message: 'the message could not be processed: RangeError',
      trace_id: last?.spanContext().traceId,
      span_id: last?.spanContext().spanId,
    });
    expect(letter.MessageAttributes?.mine?.StringValue).toBe('kept');
    const [sent] = tracing.spans(`send ${queue.name}`);
    expect(letter.MessageAttributes?.traceparent?.StringValue).toContain(sent?.spanContext().spanId);
    const [moved] = tracing.spans(`send ${queue.name}-dlq`);
    expect(moved?.parentSpanContext?.spanId).toBe(last?.spanContext().spanId);
  });

  it('a dead letter has no error where its sender took all ten attributes', async () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, text('x')]));
    const { letter } = await die(ten);
    expect(Object.keys(letter.MessageAttributes ?? {}).sort()).toEqual(Object.keys(ten));
  });

  it('a dead letter has no error after a redrive', async () => {
    const { deadLetters } = await die({});
    const { queue } = await newQueue();
    expect(await redrive(sqs, deadLetters, queue)).toBe(1);
    expect((await peek(queue)).MessageAttributes).not.toHaveProperty(SQS_ERROR_ATTRIBUTE);
  });

  it('a dead letter has the id of its redrive, ours or AWS’s own; a message that was no dead letter has none', async () => {
    const { deadLetters, letter } = await die({});
    expect(redriveOf(letter)).toBe(letter.MessageId);
    const { queue } = await newQueue();
    await redrive(sqs, deadLetters, queue);
    expect(redriveOf(await peek(queue))).toBe(letter.MessageId);
    const { queue: other } = await newQueue();
    await sendMessage(sqs, other, { n: 2 });
    expect(redriveOf(await peek(other))).toBeUndefined();
  });

  it('a dead letter is redriven without that id where its sender took all ten attributes', async () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, text('x')]));
    const { deadLetters } = await die(ten);
    const { queue } = await newQueue();
    await redrive(sqs, deadLetters, queue);
    expect(Object.keys((await peek(queue)).MessageAttributes ?? {}).sort()).toEqual(Object.keys(ten));
  });

  it('a dead letter is moved by SQS, without its error, where sending it fails', async () => {
    const { queue, deadLetters } = await newQueue(2);
    const nowhere = { ...queue, deadLetters: { name: 'gone', url: `${queue.url}-gone` } };
    const fail = () => Promise.reject(new RangeError('too far'));
    await using _consumer = consume(sqs, nowhere, fail, logger, { retryBaseSeconds: 0 });
    await sendMessage(sqs, queue, { n: 1 });
    await vi.waitFor(async () => expect(await count(deadLetters)).toBe(1), eventually);
    expect((await peek(deadLetters)).MessageAttributes).not.toHaveProperty(SQS_ERROR_ATTRIBUTE);
  });

  it('a dead letter that AWS refuses to move: processing rejects with the error of the handler, and AWS’s errors are warnings', async () => {
    const { queue } = await newQueue(1);
    await sendMessage(sqs, queue, { n: 1 });
    const [delivery] = await receiveMessages(sqs, queue);
    if (!delivery) throw new Error('no message was received');
    const gone = {
      ...queue,
      url: `${queue.url}-gone`,
      deadLetters: { name: 'gone', url: `${queue.url}-gone` },
    };
    const error = new RangeError('too far');
    const warnings: unknown[] = [];
    const options = { warn: (cause: unknown) => void warnings.push(cause) };
    const processing = processMessage(sqs, gone, delivery, () => Promise.reject(error), options);
    await expect(processing).rejects.toBe(error);
    expect(warnings).toHaveLength(2);
  });
});
