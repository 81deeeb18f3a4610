import { openSqs } from '@trace-mesh/runtime/sqs-client';
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import { createLogger } from '@trace-mesh/tracing/logger';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';
import { sendBatch } from '@trace-mesh/tracing/sqs-batch';
import { Desk, type Transport } from '../transport.ts';
import { makeQueue } from './make-queue.ts';

type Send = (client: ReturnType<typeof openSqs>, queue: Queue, id: string) => Promise<unknown>;

/** A separate queue and consumer for each way to send. */
const over =
  (queueName: string, send: Send, mode: 'parent' | 'link' = 'parent'): Transport['open'] =>
  async ({ sqsEndpoint }) => {
    const desk = new Desk();
    const client = openSqs(sqsEndpoint);
    const queue = await makeQueue(client, queueName);
    const handle = (body: string) => desk.run(JSON.parse(body).id);
    const consumer = consume(client, queue, handle, createLogger(), { mode });
    return {
      carry: (work) => desk.carry(work, (id) => send(client, queue, id)),
      async [Symbol.asyncDispose]() {
        await consumer[Symbol.asyncDispose]();
        client[Symbol.dispose]();
      },
    };
  };

const sendOne: Send = (client, queue, id) => sendMessage(client, queue, { id });

/** Row 8: message attributes of one message. */
export const sqs: Transport = {
  name: 'sqs',
  path: ['consumer process transport-sqs', 'producer send transport-sqs'],
  open: over('transport-sqs', sendOne),
};

/** Row 8 in link mode: the consumer begins a new trace. */
export const sqsLink: Transport = {
  name: 'sqs in link mode',
  path: ['consumer process transport-sqs-link', 'producer send transport-sqs-link'],
  relation: 'link',
  baggage: 'none',
  open: over('transport-sqs-link', sendOne, 'link'),
};

/** Row 9: an entry of a batch. */
export const sqsBatch: Transport = {
  name: 'sqs batch',
  path: ['consumer process transport-sqs-batch', 'producer create transport-sqs-batch'],
  open: over('transport-sqs-batch', (client, queue, id) => sendBatch(client, queue, [{ body: { id } }])),
};

const TEN = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`user-${i}`, { DataType: 'String', StringValue: 'taken' }]),
);

/** Row 11: `trace` in the body, as the message has ten user attributes. */
export const sqsTenAttributes: Transport = {
  name: 'sqs with ten attributes taken',
  path: ['consumer process transport-sqs-ten', 'producer send transport-sqs-ten'],
  open: over('transport-sqs-ten', (client, queue, id) => sendMessage(client, queue, { id }, TEN)),
};
