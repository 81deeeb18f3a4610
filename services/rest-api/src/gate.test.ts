// Authentication, authorization, hosts and rate limits of rest-api.
import { randomUUID } from 'node:crypto';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { openTestAccess } from '@trace-mesh/access/testing';
import type { LedgerConnection } from '@trace-mesh/cost-ledger/client';
import { listen } from '@trace-mesh/runtime/listen';
import type { Database } from '@trace-mesh/runtime/postgres';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';

const access = openTestAccess();
const opened = new AsyncDisposableStack();
afterAll(async () => {
  await opened.disposeAsync();
  access[Symbol.dispose]();
});

/** The application with an empty database; records the query values and the ledger's bearers. */
async function serve(gate: Partial<typeof access.gate> = {}) {
  const queried: unknown[][] = [];
  const bearers: string[] = [];
  const ledger = {
    as: (bearer: string) => {
      bearers.push(bearer);
      return { reserve: () => Promise.reject(Object.assign(new Error('over'), { code: 8 })) };
    },
  };
  const query = async (_sql: string, values: unknown[]) => {
    queried.push(values);
    return { rows: [], rowCount: 0 };
  };
  const app = createApp({
    ...access.gate,
    ...gate,
    db: { query } as unknown as Database,
    ledger: ledger as unknown as LedgerConnection,
    tokens: access.services('rest-api'),
    relay: { wake: () => undefined },
    queue: { name: 'tasks', url: 'http://localhost/tasks' },
    logger: createLogger({ write: () => undefined }),
  });
  const { port } = opened.use(await listen(app, { host: '127.0.0.1', port: 0 }));
  return { url: `http://127.0.0.1:${port}`, queried, bearers };
}
const { url, queried, bearers } = await serve();
const task = `/api/tasks/${randomUUID()}`;
const post = (authorization: string, body: unknown, to = url) =>
  fetch(`${to}/api/tasks`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a request', () => {
  it('without a token is answered 401 with the challenge alone', async () => {
    const response = await fetch(url + task);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toMatchObject({ title: 'unauthenticated', code: 'unauthenticated' });
  });

  it('with an invalid token is answered 401 with error="invalid_token" and without the token', async () => {
    const response = await fetch(url + task, { headers: { authorization: 'Bearer noise' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await response.text()).not.toContain('noise');
  });

  it('without a token is answered 401 before its body is parsed', async () => {
    const response = await fetch(`${url}/api/tasks`, { method: 'POST', body: '{' });
    expect(response.status).toBe(401);
  });

  it.each([
    ['tasks:read', 'POST', '/api/tasks'],
    ['tasks:write', 'GET', task],
  ])('whose token allows only %s may not %s', async (scope, method, path) => {
    const authorization = access.bearer({ scopes: [scope] });
    const response = await fetch(url + path, { method, headers: { authorization } });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(/insufficient_scope.*scope="tasks:/);
  });

  it.each([{ host: 'evil.example' }, { origin: 'http://evil.example' }, { origin: 'null' }])(
    'with the headers %j is refused with 403',
    async (headers) => {
      const { request } = await import('node:http');
      const status = await new Promise((resolve, reject) => {
        const options = { headers: { ...headers, authorization: access.bearer() } };
        request(url + task, options, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(403);
    },
  );

  it('above the rate limit is answered 429 with Retry-After', async () => {
    const hasty = await serve({ limiter: createRateLimiter(2) });
    const ask = () => fetch(hasty.url + task, { headers: { authorization: access.bearer() } });
    expect([(await ask()).status, (await ask()).status]).toEqual([404, 404]);
    const response = await ask();
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({ title: 'rate limited' });
  });

  it('with invalid tokens is rate limited by its address', async () => {
    const guessed = await serve({ limiter: createRateLimiter(2) });
    const guess = () => fetch(guessed.url + task, { headers: { authorization: `Bearer ${randomUUID()}` } });
    const statuses = [await guess(), await guess(), await guess()].map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 429]);
  });
});

describe('malformed input', () => {
  it('in the body is a 400 that does not quote the body', async () => {
    const headers = { authorization: access.bearer(), 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/tasks`, {
      method: 'POST',
      headers,
      body: '{"prompt": oops secret}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: 'the body is not a JSON object or array' });
  });

  it('in the percent-encoding of the path is a 400', async () => {
    const response = await fetch(`${url}/api/tasks/%ff`, { headers: { authorization: access.bearer() } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: 'the path cannot be decoded' });
  });
});

describe('the tenant', () => {
  it('comes from the token, not from body or headers', async () => {
    const headers = { authorization: access.bearer({ tenantId: 'acme' }), 'x-mcp-tenant-id': 'globex' };
    for (const path of ['tasks', 'batches', 'jobs'])
      await fetch(`${url}/api/${path}/${randomUUID()}`, { headers });
    expect(queried.map((values) => values[1])).toEqual(['acme', 'acme', 'acme']);
  });

  it('is in the service token for the ledger, with its cost limit and only the needed scope', async () => {
    const response = await post(access.bearer({ tenantId: 'acme', costLimitMicroUsd: 9 }), {
      prompt: 'p',
      tenantId: 'globex',
    });
    expect(response.status).toBe(402);
    expect(access.gate.authenticator.authenticate(bearers.at(-1))).toMatchObject({
      service: 'rest-api',
      identity: { tenantId: 'acme', userId: 'ada', scopes: ['budget:write'], costLimitMicroUsd: 9 },
    });
  });
});
