// Without an SDK, which is what OTEL_SDK_DISABLED=true means, every message is byte for byte what the plain library
// sends. In formats of this repository (envelope, frame, stream entry) plain means: without the part that carries
// context.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Client, InMemoryTransport, type JSONRPCMessage } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { execa } from 'execa';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createHttpClient } from './http.ts';
import { callTool, getPrompt, readResource } from './mcp/client.ts';
import { type Era, REVISIONS } from './mcp/mcp.fixture.ts';
import { traceMcpServer } from './mcp/server.ts';
import { publish } from './redis/redis.ts';
import { append } from './redis/stream.ts';
import { sendBatch } from './sqs/batch.ts';
import { sendMessage as sendToQueue } from './sqs/send.ts';
import type { Codec } from './websocket/codec.ts';
import { connect } from './websocket/connect.ts';
import { frameCodec } from './websocket/frame-codec.ts';
import { sendMessage } from './websocket/message.ts';
import { startServer } from './websocket/server.fixture.ts';

const PRELOAD = new URL('./register.ts', import.meta.url).href;
const CALLS = fileURLToPath(new URL('./sdk/tracing-off.fixture.ts', import.meta.url));
/** Each loads gRPC and a Postgres client: a second, or more on a busy machine. */
const TWO_PROCESSES_MS = 30_000;

describe('with tracing off', () => {
  it.each(['modern', 'legacy'] as const)(
    'MCP requests, responses and notifications of the %s era are those of the plain SDK, without an empty _meta',
    async (era) => {
      const [traced, plain] = [await mcpMessages(era, true), await mcpMessages(era, false)];
      expect(traced).toEqual(plain);
      expect(plain.join()).toContain('notifications/progress');
    },
  );

  it('the headers of a WebSocket handshake are those of the plain library', async () => {
    const received: string[][] = [];
    await using server = await startServer((_socket, { rawHeaders }) => {
      received.push(rawHeaders.toSpliced(rawHeaders.indexOf('Sec-WebSocket-Key'), 2));
    });
    const headers = { 'x-own': '1', baggage: 'the=callers' };
    await connect(server.url, headers);
    await once(new WebSocket(server.url, { headers }), 'open');
    expect(received[0]).toEqual(received[1]);
  });

  it('a text message of a WebSocket is the envelope without trace_context', async () => {
    expect(String(await websocketMessage())).toBe('{"type":"ask","data":{"n":1}}');
  });

  it('a binary message of a WebSocket is the frame without a trace block', async () => {
    const codec = () => frameCodec({ ask: { type: 'request', method: 1 } });
    const plain = codec().encode({ type: 'ask', data: { n: 1 } }, {});
    expect(await websocketMessage(codec())).toEqual(plain);
  });

  it('an SQS message has no attribute and no body field beside its own, alone and in a batch', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 11 }, (_, n) => [`own${n}`, { DataType: 'String', StringValue: '1' }]),
    );
    const entry = { Id: '0', MessageBody: '{"n":1}' };
    const traced = await sqsRequests(async (sqs) => {
      await sendToQueue(sqs, QUEUE, { n: 1 });
      await sendToQueue(sqs, QUEUE, { n: 1 }, attributes);
      await sendBatch(sqs, QUEUE, [{ body: { n: 1 } }]);
    });
    const plain = await sqsRequests(async (sqs) => {
      const message = { QueueUrl: QUEUE.url, MessageBody: '{"n":1}' };
      await sqs.send(new SendMessageCommand(message));
      await sqs.send(new SendMessageCommand({ ...message, MessageAttributes: attributes }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: QUEUE.url, Entries: [entry] }));
    });
    expect(traced).toEqual(plain);
  });

  it('a Redis message is {"data":…} without trace_context, a stream entry has the field data alone', async () => {
    const sent: unknown[][] = [];
    const redis = new Redis({ lazyConnect: true });
    redis.sendCommand = (command) => {
      sent.push([command.name, ...command.args]);
      command.resolve('1-1');
      return command.promise;
    };
    await publish(redis, 'channel', { n: 1 });
    await append(redis, { name: 'stream', maxLength: 9 }, { n: 1 });
    expect(sent).toEqual([
      ['publish', 'channel', '{"data":{"n":1}}'],
      ['xadd', 'stream', 'MAXLEN', '~', '9', '*', 'data', '{"n":1}'],
    ]);
  });

  it('an HTTP request of createHttpClient is that of fetch, with x-request-id', async () => {
    const received: string[][] = [];
    await using server = createServer((request, response) => {
      received.push(request.rawHeaders);
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await createHttpClient(url)({ method: 'POST', path: '/', json: { n: 1 } });
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"n":1}' });
    const [ours = [], plain] = received;
    const id = ours.indexOf('x-request-id');
    expect(id).toBeGreaterThan(-1);
    expect(ours.toSpliced(id, 2)).toEqual(plain);
  });

  it('under the preload fetch, node:http, gRPC metadata and SQL without comments are as without the preload', {
    timeout: TWO_PROCESSES_MS,
  }, async () => {
    const run = (args: string[], env = {}) => execa({ env })(process.execPath, [...args, CALLS]);
    const off = { OTEL_SDK_DISABLED: 'true', OTEL_INSTRUMENTATION_PG_SQLCOMMENTER: 'true' };
    const [plain, preloaded] = await Promise.all([run([]), run(['--import', PRELOAD], off)]);
    expect(preloaded.stdout).toBe(plain.stdout);
    expect(JSON.parse(plain.stdout)).toMatchObject({
      fetch: expect.arrayContaining(['x-own']),
      http: expect.arrayContaining(['x-own']),
      grpc: { 'x-own': '1' },
      sql: expect.stringContaining('SELECT 1\0'),
    });
  });
});

/** The bytes of one message, as the server receives them. */
async function websocketMessage(codec?: Codec): Promise<Buffer> {
  const received = Promise.withResolvers<Buffer>();
  await using server = await startServer(
    (socket) => socket.once('message', (bytes: Buffer) => received.resolve(bytes)),
    codec && [codec],
  );
  await sendMessage(await connect(server.url, {}, codec && { codec }), 'ask', { n: 1 });
  return await received.promise;
}

const QUEUE = { name: 'queue', url: 'http://127.0.0.1:1/1/queue' };

/** The body and the headers of each request to SQS, without what differs each time. Nothing is sent. */
async function sqsRequests(send: (sqs: SQSClient) => Promise<void>): Promise<unknown[]> {
  const requests: unknown[] = [];
  const sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    md5: false,
  });
  const capture = () => async (args: { request: unknown }) => {
    const { body, headers } = args.request as { body: Uint8Array; headers: Record<string, string> };
    const { 'amz-sdk-invocation-id': _, ...same } = headers;
    requests.push({ body: new TextDecoder().decode(body), headers: same });
    return { response: {}, output: { $metadata: {} } };
  };
  sqs.middlewareStack.add(capture as never, { step: 'build', priority: 'low' });
  await send(sqs);
  return requests;
}

/** Every message of one dialogue, as text in the order of sending: tools, a resource, a prompt, progress, an error. */
async function mcpMessages(era: Era, traced: boolean): Promise<string[]> {
  const sent: string[] = [];
  const [near, far] = InMemoryTransport.createLinkedPair();
  for (const transport of [near, far]) {
    const send = transport.send.bind(transport);
    transport.send = (message: JSONRPCMessage, options) => {
      sent.push(JSON.stringify(message));
      return send(message, options);
    };
  }
  const served = serveStdio(
    () => {
      const server = new McpServer({ name: 'test', version: '1' });
      if (traced) traceMcpServer(server, { transport: 'stdio' });
      server.registerTool('echo', {}, async ({ mcpReq }) => {
        const { progressToken = '' } = mcpReq._meta ?? {};
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
        return { content: [] };
      });
      server.registerPrompt('greet', {}, () => ({ messages: [] }));
      server.registerResource('note', 'note://one', {}, () => ({ contents: [] }));
      return server;
    },
    { transport: far },
  );
  const mode = era === 'modern' ? { pin: REVISIONS.modern } : 'legacy';
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(near);
  const calls = traced
    ? {
        callTool: callTool.bind(undefined, client),
        getPrompt: getPrompt.bind(undefined, client),
        readResource: readResource.bind(undefined, client),
      }
    : client;
  await calls.callTool({ name: 'echo' });
  await calls.callTool({ name: 'echo', _meta: {}, arguments: { a: 1 } }, { onprogress: () => {} });
  await calls.callTool({ name: 'unknown', _meta: { traceparent: 'own' } }).catch(() => undefined);
  await calls.getPrompt({ name: 'greet' });
  await calls.readResource({ uri: 'note://one' });
  await client.close();
  await served.close();
  return sent;
}
