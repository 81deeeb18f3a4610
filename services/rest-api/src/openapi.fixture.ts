// Asks an operation of rest-api in every way that has a status of its own, for openapi.test.ts.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { RateLimitError } from '@trace-mesh/access/errors';
import { openTestAccess } from '@trace-mesh/access/testing';
import type { LedgerConnection } from '@trace-mesh/cost-ledger/client';
import type { Deadline } from '@trace-mesh/runtime/deadline';
import { listen, MAX_HEADER_BYTES } from '@trace-mesh/runtime/listen';
import type { Database } from '@trace-mesh/runtime/postgres';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createApp } from './app.ts';
import type { Deps } from './deps.ts';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** What differs from a request that succeeds. */
interface Ask {
  /** Of a task, batch or job. */
  id?: string;
  headers?: Record<string, string>;
  body?: string;
  query?: () => Promise<unknown>;
  reserve?: (request: unknown, deadline: Deadline) => Promise<unknown>;
  isLimited?: boolean;
}

const ID = '6f1b2a53-4b38-4b9d-8a41-2f7a4d3f8a10';
const ROW = { id: ID, tenant_id: 'acme', status: 'queued', result: null, error: null, failure: null };
const row = { ...ROW, cost_micro_usd: null, trace_id: null, submitter: null };
const failing = (code: number | string) => () => Promise.reject(Object.assign(new Error('fake'), { code }));
const untilAborted = async (_: unknown, { signal }: Deadline) => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

const access = openTestAccess();

/** Each has a status of its own, at least of some operations. */
const ASKS: Ask[] = [
  {},
  { headers: { 'if-none-match': '*' } }, // 304
  { id: 'no-uuid', body: '{}' }, // 400
  { body: '{' }, // 400
  { headers: { authorization: 'Bearer noise' } }, // 401
  { reserve: failing(8) }, // 402: RESOURCE_EXHAUSTED
  { headers: { authorization: access.bearer({ scopes: [] }) } }, // 403
  { headers: { host: 'evil.example' } }, // 403
  { query: async () => ({ rows: [], rowCount: 0 }) }, // 404
  { reserve: failing(6) }, // 409: ALREADY_EXISTS
  { body: JSON.stringify({ prompt: 'x'.repeat(2 ** 21) }) }, // 413
  { headers: { 'content-type': 'application/json; charset=latin1' } }, // 415
  { headers: { expect: 'success' } }, // 417
  { isLimited: true }, // 429
  { headers: { 'x-long': 'x'.repeat(MAX_HEADER_BYTES) } }, // 431
  { query: failing('XX000') }, // 500
  { query: failing('ECONNREFUSED') }, // 503
  { reserve: untilAborted, headers: { 'x-request-timeout-ms': '1' } }, // 504
];

/** What the fakes do for the current request. */
let current: Ask = {};
const query = () => (current.query ?? (async () => ({ rows: [row], rowCount: 1 })))();
const limit = async () => {
  if (current.isLimited) throw new RateLimitError(1);
};
const client = { query, on: () => client, off: () => client, release: () => undefined };
const ledger = {
  reserve: (task: unknown, deadline: Deadline) => (current.reserve ?? (async () => 1))(task, deadline),
  settle: async () => 1,
};
export const app = createApp({
  ...access.gate,
  limiter: { countCaller: limit, countAddress: limit },
  db: { query, connect: async () => client } as unknown as Database,
  ledger: { as: () => ledger } as unknown as LedgerConnection,
  tokens: access.services('rest-api'),
  relay: { wake: () => undefined },
  queue: { name: 'tasks', url: 'http://localhost/tasks' },
  logger: createLogger({ write: () => undefined }),
} satisfies Deps);

// Without keep-alive the server closes a connection whose request it has not read whole, and the answer can be lost.
const agent = new Agent({ keepAlive: true });

async function send(port: number, operation: string, ask: Ask): Promise<Answer> {
  const [method, path = ''] = operation.split(' ');
  current = ask;
  const { id = ID, body = JSON.stringify({ prompt: 'p', prompts: ['p'] }) } = ask;
  const headers = {
    authorization: access.bearer(),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...ask.headers,
  };
  const options = { port, method, path: path.replace(/\{\w+\}/, id), headers, agent };
  const sent = request(options).end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** A request whose headers never end. */
async function stall(port: number, operation: string): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${operation} HTTP/1.1\r\nhost: 127.0.0.1\r\n`);
  const [, status = ''] = (await text(socket)).split(' ');
  return { status: Number(status), headers: {}, body: '' };
}

/** The answers to every way of asking, for each operation such as `GET /api/tasks/{taskId}`. */
export async function askAll(operations: readonly string[]): Promise<Map<string, Answer[]>> {
  const address = { host: '127.0.0.1', port: 0 };
  await using server = await listen(app, address);
  const limits = { headersTimeout: 200, connectionsCheckingInterval: 20 };
  await using hasty = await listen(app, { ...address, limits });
  const stalled = await Promise.all(operations.map((operation) => stall(hasty.port, operation)));
  const all = new Map(operations.map((operation, index) => [operation, stalled.slice(index, index + 1)]));
  for (const [operation, answers] of all) {
    for (const ask of ASKS) answers.push(await send(server.port, operation, ask));
  }
  agent.destroy();
  access[Symbol.dispose]();
  return all;
}
