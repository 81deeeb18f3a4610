import { createLogger } from '@trace-mesh/tracing/logger';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { openSqs } from '@trace-mesh/tracing/sqs-client';
import { consume } from '@trace-mesh/tracing/sqs-consumer';
import { Desk, type Transport } from '../transport.ts';
import { makeQueue } from './make-queue.ts';

const QUEUE = 'transport-sqs';

/** Row 8: message attributes of one message. */
export const sqs: Transport = {
  name: 'sqs',
  path: [`consumer process ${QUEUE}`, `producer send ${QUEUE}`],
  async open({ sqsEndpoint }) {
    const desk = new Desk();
    const client = openSqs(sqsEndpoint);
    const queue = await makeQueue(client, QUEUE);
    const consumer = consume(client, queue, (body) => desk.run(JSON.parse(body).id), createLogger());
    return {
      carry: (work) => desk.carry(work, (id) => sendMessage(client, queue, { id })),
      async [Symbol.asyncDispose]() {
        await consumer[Symbol.asyncDispose]();
        client[Symbol.dispose]();
      },
    };
  },
};
