// Load generators: each calls a measured handler once, over connections that stay open, without tracing.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import pLimit from 'p-limit';
import { WebSocket } from 'ws';
import { service } from './grpc-service.ts';
import { openSocket } from './open-socket.ts';

/** `call` calls the handler once, and rejects unless the answer is right. */
export type Caller = { call(): Promise<void>; close(): void };

/** How many calls are in flight at once at most. */
export const CONCURRENCY = 8;
const HOST = '127.0.0.1';
const ITEM = 7;

/** Makes calls for `ms`, `CONCURRENCY` at once, each as soon as another ended. */
export async function callFor({ call }: Caller, ms: number): Promise<void> {
  const end = performance.now() + ms;
  const worker = async () => {
    while (performance.now() < end) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/**
 * Makes `count` calls, `rate` in a second, each at its time whether earlier ones were answered or not. A server that is never
 * saturated waits for each request, so that a slower mode does not save system calls by having several at once. The first failure
 * ends it: it rejects when the calls in flight have ended.
 */
export async function callAtRate({ call }: Caller, count: number, rate: number): Promise<void> {
  const began = performance.now();
  const calls: Promise<void>[] = [];
  let failure: { error: unknown } | undefined;
  const failed = (error: unknown) => {
    failure ??= { error };
  };
  while (calls.length < count && !failure) {
    const due = Math.min(count, Math.floor(((performance.now() - began) * rate) / 1_000) + 1);
    while (calls.length < due) calls.push(call().catch(failed));
    await setTimeout(1);
  }
  await Promise.all(calls);
  if (failure) throw failure.error;
}

function check(right: boolean, answer: unknown): void {
  if (!right) throw new Error(`the handler answered ${JSON.stringify(answer)}`);
}

/** `GET /work/7`. */
export function httpCaller(port: number): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const options = { agent, host: HOST, port, path: `/work/${ITEM}` };
  const call = async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    request(options, (response) => {
      response.once('error', reject).once('end', () => resolve(response.statusCode));
      response.resume();
    })
      .on('error', reject)
      .end();
    const status = await promise;
    check(status === 200, status);
  };
  return { call, close: () => agent.destroy() };
}

/** A unary call. */
export function grpcCaller(port: number): Caller {
  const Bench = grpc.makeGenericClientConstructor(service, 'bench.v1.Bench');
  const client = new Bench(`${HOST}:${port}`, grpc.credentials.createInsecure());
  const call = async () => {
    const { promise, resolve, reject } = Promise.withResolvers<{ item?: number } | undefined>();
    client.Work?.({ item: ITEM }, (error: Error | null, answer?: { item: number }) =>
      error ? reject(error) : resolve(answer),
    );
    const answer = await promise;
    check(answer?.item === ITEM, answer);
  };
  return { call, close: () => client.close() };
}

/** A message and its answer, one at a time on each of the sockets. */
export async function wsCaller(port: number): Promise<Caller> {
  const open = () => openSocket(`ws://${HOST}:${port}/ws`);
  const sockets = await Promise.all(Array.from({ length: CONCURRENCY }, open));
  const free = [...sockets];
  const message = JSON.stringify({ type: 'work', data: { item: ITEM } });
  const limit = pLimit(CONCURRENCY);
  const exchange = async () => {
    const socket = free.pop();
    if (!socket) throw new Error(`more than ${CONCURRENCY} calls at once`);
    if (socket.readyState !== WebSocket.OPEN) throw new Error('the server has closed the WebSocket');
    socket.send(message);
    const [bytes] = await once(socket, 'message');
    free.push(socket);
    const answer = JSON.parse(String(bytes));
    check(answer.data?.item === ITEM, answer);
  };
  return { call: () => limit(exchange), close: () => sockets.forEach((socket) => void socket.terminate()) };
}

/** A tool call over Streamable HTTP. */
export async function mcpCaller(port: number): Promise<Caller> {
  const client = new Client(
    { name: 'bench', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://${HOST}:${port}/mcp`)));
  const call = async () => {
    const { content } = await client.callTool({ name: 'work', arguments: { item: ITEM } });
    check(content.length === 1, content);
  };
  return { call, close: () => void client.close() };
}
