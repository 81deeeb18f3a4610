// A consumer's two modes, on a temporary queue: in the sender's trace, or in a new trace that links to it.
import { context } from '@opentelemetry/api';
import { consume } from '@trace-mesh/runtime/sqs-consumer';
import { createLogger } from '@trace-mesh/tracing/logger';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import { sendMessage } from '@trace-mesh/tracing/sqs';
import { sendBatch } from '@trace-mesh/tracing/sqs-batch';
import { withOwnQueue } from './queues.ts';
import {
  client,
  consumer,
  type FireOptions,
  inOtherTrace,
  internal,
  link,
  parent,
  producer,
  type Scenario,
} from './scenario.ts';

const ENTRIES = 3;
const send = producer('agent', 'send lab');
const create = producer('agent', 'create lab');
const receive = client('agent', 'receive lab');
const work = consumer('agent', 'process lab');

export const sqsLink: Scenario = {
  name: 'sqs-link',
  title: 'A consumer in link mode: each message in a trace of its own that links to its sender',
  teaches: 'A consumer may begin a trace of its own and link to the sender: for work that waits for hours.',
  rows: [8],
  edges: [inOtherTrace(link(8, 'sqs', send, work))],
  async fire(options) {
    const received = await exchange(options, 'link', 1, async (sqs, queue) => {
      await sendMessage(sqs, queue, { text: options.prompt });
    });
    return { processed: received.length, relatedTraceIds: received.flatMap((id) => id ?? []) };
  },
};

export const sqsBatch: Scenario = {
  name: 'sqs-batch',
  title: 'Many messages in one request, each with a span and a context of its own',
  teaches:
    "The entries of one request have a context each: the request's own would be the wrong one for all of them.",
  rows: [9],
  edges: [
    parent(9, 'sqs', internal('agent', 'write entry'), create),
    link(9, 'sqs', create, client('agent', 'send lab')),
    parent(9, 'sqs', create, work),
    inOtherTrace(link(9, 'sqs', create, receive)),
  ],
  async fire(options) {
    const received = await exchange(options, 'parent', ENTRIES, async (sqs, queue) => {
      const entries = await Promise.all(
        Array.from({ length: ENTRIES }, (_, n) => writeEntry(options.prompt, n)),
      );
      await sendBatch(sqs, queue, entries);
    });
    return { processed: received.length };
  },
};

/** An entry written in its own span, which its message continues. */
const writeEntry = (text: string, n: number) =>
  withSpan('write entry', {}, () => ({ body: { text, n }, parent: context.active() }));

/** Sends, and consumes until `count` messages were received; resolves with the trace id of each message's processing. */
async function exchange(
  options: FireOptions,
  mode: 'parent' | 'link',
  count: number,
  sendAll: (...to: Parameters<Parameters<typeof withOwnQueue>[1]>) => Promise<void>,
): Promise<(string | undefined)[]> {
  return withOwnQueue(options, async (sqs, queue) => {
    const received: (string | undefined)[] = [];
    const all = Promise.withResolvers<void>();
    options.signal.addEventListener('abort', () => all.reject(options.signal.reason), { once: true });
    const handle = async () => {
      if (received.push(activeTraceId()) === count) all.resolve();
    };
    // stdout is reserved for the agent's response.
    await using _consumer = consume(sqs, queue, handle, createLogger(process.stderr), { mode });
    await sendAll(sqs, queue);
    await all.promise;
    return received;
  });
}
