// What the number of is raised: agents, sockets, queued messages, spans.
import { once } from 'node:events';
import { CreateQueueCommand, DeleteMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { trace } from '@opentelemetry/api';
import { sendBatch } from '@trace-mesh/tracing/sqs-batch';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import pLimit from 'p-limit';
import type { WebSocket } from 'ws';
import { openSocket } from './open-socket.ts';

/** Where the subject is, and the access token. */
export interface Target {
  url: string;
  token: string;
}

export interface Subject {
  /** Raises the number to `count`. */
  grow(count: number): Promise<void>;
  /** Does `units` pieces of work at the current number. Rejects if one fails. */
  work(units: number): Promise<void>;
}

/** Concurrency where the number itself is not one of callers. */
const CONCURRENCY = 20;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** MCP clients that call `create_task` at the same time; the call returns with the task's result. */
function agents({ url, token }: Target): Subject {
  const clients: Client[] = [];
  async function open() {
    const mode = { pin: '2026-07-28' };
    const client = new Client({ name: 'bench', version: '0.1.0' }, { versionNegotiation: { mode } });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    clients.push(client);
  }
  return {
    async grow(count) {
      while (clients.length < count) await open();
    },
    async work(units) {
      const call = async (client: Client) => {
        const { isError } = await client.callTool({ name: 'create_task', arguments: { prompt: 'p' } });
        if (isError) throw new Error('create_task failed');
      };
      const limits = clients.map(() => pLimit(1));
      await Promise.all(
        times(units, (i) => limits[i % limits.length]?.(() => call(clients[i % clients.length] as Client))),
      );
    },
  };
}

/** Open sockets; a unit is a traced message there and its traced answer. */
function sockets({ url, token }: Target): Subject {
  const open: WebSocket[] = [];
  const limit = pLimit(CONCURRENCY);
  async function connect() {
    const headers = { authorization: `Bearer ${token}` };
    open.push(await openSocket(url, ['mesh.v1.json'], { headers, perMessageDeflate: false }));
  }
  async function ping(index: number) {
    const socket = open[index % open.length] as WebSocket;
    if (socket.readyState !== socket.OPEN) throw new Error('the hub has closed the WebSocket');
    const trace_id = (index + 1).toString(16).padStart(32, '0');
    const trace_context = { trace_id, span_id: trace_id.slice(16), trace_flags: '01' };
    socket.send(JSON.stringify({ type: 'ping', trace_context, data: index }));
    const [bytes] = await once(socket, 'message');
    const answer = JSON.parse(bytes.toString());
    const isTraced = answer.trace_context?.trace_id === trace_id;
    if (answer.type !== 'pong' || answer.data !== index || !isTraced) throw new Error(`received ${bytes}`);
  }
  return {
    async grow(count) {
      await Promise.all(times(count - open.length, () => limit(connect)));
    },
    async work(units) {
      // Each socket has one message in flight at most.
      const concurrent = pLimit(Math.min(CONCURRENCY, open.length));
      await Promise.all(times(units, (index) => concurrent(() => ping(index))));
    },
  };
}

/** Messages in a queue of its own; a unit is a traced message received and deleted. */
async function queue({ url: endpoint }: Target): Promise<Subject> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const sqs = new SQSClient({ endpoint, useQueueUrlAsEndpoint: false, region: 'us-east-1', credentials });
  const name = `bench-${process.pid}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const own = { name, url: QueueUrl };
  const limit = pLimit(4);
  let depth = 0;
  return {
    async grow(count) {
      const requests = Math.ceil((count - depth) / 10);
      await Promise.all(
        times(requests, () =>
          limit(() =>
            sendBatch(
              sqs,
              own,
              times(10, (n) => ({ body: { n } })),
            ),
          ),
        ),
      );
      depth += requests * 10;
    },
    async work(units) {
      for (let done = 0; done < units; ) {
        const deliveries = await receiveMessages(sqs, own, { waitSeconds: 0 });
        if (deliveries.length === 0) throw new Error('the queue is empty too early');
        const Entries = deliveries.map(({ message }, n) => ({
          Id: `${n}`,
          ReceiptHandle: message.ReceiptHandle,
        }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        done += deliveries.length;
        depth -= deliveries.length;
      }
    },
  };
}

type Flushing = { forceFlush?: () => Promise<void>; getDelegate?: () => Flushing };
/** Below the limit of the processor's queue, 2,048: beyond it spans are dropped. */
const BURST = 1_000;

/** Spans with five attributes that are exported. */
function spans(): Subject {
  const tracer = trace.getTracer('bench');
  const provider = trace.getTracerProvider() as Flushing;
  const attributes = { a: 'one', b: 'two', c: 3, d: true, e: 'a longer value, as of a URL or a query' };
  return {
    async grow() {},
    async work(units) {
      for (let made = 0; made < units; made += BURST) {
        times(Math.min(BURST, units - made), (n) => tracer.startSpan(`span ${n}`, { attributes }).end());
        await (provider.getDelegate?.() ?? provider).forceFlush?.();
      }
    },
  };
}

export const subjects = { agents, sockets, queue, spans };
export type SubjectName = keyof typeof subjects;
