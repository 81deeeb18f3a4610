// Every answer, a failure too, names its trace and its request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openTestAccess } from '@trace-mesh/access/testing';
import type { LedgerConnection } from '@trace-mesh/cost-ledger/client';
import type { Database } from '@trace-mesh/runtime/postgres';
import { extractContext } from '@trace-mesh/tracing/carrier';
import { createLogger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TASK = '/api/tasks/6f1b2a53-4b38-4b9d-8a41-2f7a4d3f8a10';
const tooLarge = JSON.stringify({ prompt: 'x'.repeat(2 * 1024 * 1024) });
const task = JSON.stringify({ prompt: 'p' });

const access = openTestAccess();
afterAll(() => access[Symbol.dispose]());
const logger = createLogger({ write: () => undefined });
const broken = () => Promise.reject(new Error('the database is gone'));
const nothing = async () => ({ rows: [], rowCount: 0 });
const overBudget = () => Promise.reject(Object.assign(new Error('over'), { code: 8 }));

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

/** The application in a server span, as the instrumentation creates one in a service. */
async function serve(query: unknown) {
  const app = createApp({
    db: { query } as unknown as Database,
    ledger: { as: () => ({ reserve: overBudget }) } as unknown as LedgerConnection,
    tokens: access.services('rest-api'),
    ...access.gate,
    relay: { wake: () => undefined },
    queue: { name: 'tasks', url: 'http://localhost/tasks' },
    logger,
  });
  const server = createServer((request, response) => {
    const parent = extractContext(request.headers);
    void withSpan('server', { parent }, () => void app(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let healthy: Awaited<ReturnType<typeof serve>>;
let failing: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  healthy = await serve(nothing);
  failing = await serve(broken);
});
afterAll(() => {
  healthy.server.close();
  failing.server.close();
});

const json = { 'content-type': 'application/json' };
const headers = {
  traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
  'x-request-id': 'request-1',
  authorization: access.bearer(),
};

describe('X-Trace-ID and X-Request-ID', () => {
  it.each([
    [200, 'GET', '/api/health', undefined],
    [400, 'GET', '/api/tasks/not-an-id', undefined],
    [400, 'POST', '/api/tasks', '{'],
    [400, 'POST', '/api/tasks', '{}'],
    [402, 'POST', '/api/tasks', task],
    [404, 'GET', TASK, undefined],
    [404, 'GET', '/nowhere', undefined],
    [405, 'DELETE', TASK, undefined],
    [413, 'POST', '/api/tasks', tooLarge],
  ])('are on a %d answer to %s %s', async (status, method, path, body) => {
    const response = await fetch(`${healthy.url}${path}`, {
      method,
      headers: { ...headers, ...json },
      ...(body !== undefined && { body }),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-trace-id')).toBe(TRACE);
    expect(response.headers.get('x-request-id')).toBe('request-1');
  });

  it.each([
    ['PUT', '/api/tasks', 'POST'],
    ['GET', '/api/batches', 'POST'],
    ['PATCH', '/api/jobs', 'POST'],
    ['POST', TASK, 'GET, HEAD'],
    ['PROPFIND', '/api/jobs/any', 'GET, HEAD'],
  ])(
    'the answer to %s %s is 405 and names the methods that the path takes',
    async (method, path, allowed) => {
      const response = await fetch(`${healthy.url}${path}`, { method, headers });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe(allowed);
      expect(await response.json()).toMatchObject({ status: 405, title: 'method not allowed' });
    },
  );

  it('are on a 500 answer, which has no details of the error', async () => {
    const response = await fetch(`${failing.url}${TASK}`, { headers });
    expect(response.status).toBe(500);
    expect(response.headers.get('x-trace-id')).toBe(TRACE);
    expect(response.headers.get('x-request-id')).toBe('request-1');
    expect(await response.text()).not.toContain('database');
  });

  it('name a new trace and a new request if the caller sent no ids', async () => {
    const response = await fetch(`${healthy.url}/api/health`);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['a b', 'x'.repeat(129), '<script>', 'é'])(
    'do not repeat the invalid request id %j',
    async (requestId) => {
      const response = await fetch(`${healthy.url}/api/health`, { headers: { 'x-request-id': requestId } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});
