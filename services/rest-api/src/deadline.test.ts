import { once } from 'node:events';
import { problems } from '@trace-mesh/access/problem';
import type { Deadline } from '@trace-mesh/runtime/deadline';
import { listen } from '@trace-mesh/runtime/listen';
import { createLogger } from '@trace-mesh/tracing/logger';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { MAX_REQUEST_MS, requestDeadline } from './deadline.ts';

/** A server whose route exposes the deadline of its request and answers when it aborts. */
async function serve() {
  const seen = Promise.withResolvers<Deadline>();
  const app = express().get('/', async (request, response) => {
    const deadline = requestDeadline(request, response);
    seen.resolve(deadline);
    await once(deadline.signal, 'abort');
    response.status(deadline.signal.reason.status).end();
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  return { server, url: `http://127.0.0.1:${server.port}/`, deadline: seen.promise };
}

describe('the deadline of a request', () => {
  it('aborts with 499 when the caller disconnects', async () => {
    const { server, url, deadline } = await serve();
    await using _ = server;
    const leave = new AbortController();
    const call = fetch(url, { signal: leave.signal });
    const { signal } = await deadline;
    leave.abort();
    await expect(call).rejects.toThrow();
    if (!signal.aborted) await once(signal, 'abort');
    expect(signal.reason).toMatchObject({ name: 'Problem', status: 499 });
  });

  it('aborts with 504 when the timeout of the caller is over', async () => {
    const { server, url } = await serve();
    await using _ = server;
    const response = await fetch(url, { headers: { 'x-request-timeout-ms': '30' } });
    expect(response.status).toBe(504);
  });

  it.each(['0', '00', '000000000'])(
    'of %s ms is refused with a 400 that names the header',
    async (header) => {
      const app = express().get('/', (request, response) => {
        requestDeadline(request, response);
      });
      app.use(problems(createLogger({ write: () => undefined })));
      await using server = await listen(app, { host: '127.0.0.1', port: 0 });
      const response = await fetch(`http://127.0.0.1:${server.port}/`, {
        headers: { 'x-request-timeout-ms': header },
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ detail: 'x-request-timeout-ms: must be at least 1' });
    },
  );

  it.each(['-1', '1e3', 'soon', '99999999999', ''])(
    'is the default for the malformed header %j',
    async (header) => {
      const { server, url, deadline } = await serve();
      await using _ = server;
      const leave = new AbortController();
      const call = fetch(url, { headers: { 'x-request-timeout-ms': header }, signal: leave.signal });
      expect((await deadline).timeoutMs()).toBeGreaterThan(MAX_REQUEST_MS - 10_000);
      leave.abort();
      await expect(call).rejects.toThrow();
    },
  );
});
