import { once } from 'node:events';
import { listen } from '@trace-mesh/runtime/listen';
import { createLogger } from '@trace-mesh/tracing/logger';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { type CallerLimits, callerLimits, MAX_REQUEST_MS } from './caller-limits.ts';
import { problems } from './problem.ts';

/** A server whose one route hands out the limits of its request, and answers when they end. */
async function serve() {
  const seen = Promise.withResolvers<CallerLimits>();
  const app = express().get('/', async (request, response) => {
    const limits = callerLimits(request, response);
    seen.resolve(limits);
    await once(limits.signal, 'abort');
    response.status(limits.signal.reason.status).end();
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  return { server, url: `http://127.0.0.1:${server.port}/`, limits: seen.promise };
}

describe('callerLimits', () => {
  it('aborts when the caller goes away', async () => {
    const { server, url, limits } = await serve();
    await using _ = server;
    const leave = new AbortController();
    const call = fetch(url, { signal: leave.signal });
    const { signal } = await limits;
    leave.abort();
    await expect(call).rejects.toThrow();
    if (!signal.aborted) await once(signal, 'abort');
    expect(signal.reason).toMatchObject({ name: 'Problem', status: 499 });
  });

  it('aborts when the time that the caller named is up', async () => {
    const { server, url } = await serve();
    await using _ = server;
    const response = await fetch(url, { headers: { 'x-request-timeout-ms': '30' } });
    expect(response.status).toBe(504);
  });

  it.each(['0', '00', '000000000'])('refuses %s ms with a 400 that names the header', async (header) => {
    const app = express().get('/', (request, response) => {
      callerLimits(request, response);
    });
    app.use(problems(createLogger({ write: () => undefined })));
    await using server = await listen(app, { host: '127.0.0.1', port: 0 });
    const response = await fetch(`http://127.0.0.1:${server.port}/`, {
      headers: { 'x-request-timeout-ms': header },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: 'x-request-timeout-ms: must be at least 1' });
  });

  it.each(['-1', '1e3', 'soon', '99999999999', ''])('takes %j for no limit of the caller', async (header) => {
    const { server, url, limits } = await serve();
    await using _ = server;
    const leave = new AbortController();
    const call = fetch(url, { headers: { 'x-request-timeout-ms': header }, signal: leave.signal });
    expect((await limits).timeoutMs()).toBeGreaterThan(MAX_REQUEST_MS - 10_000);
    leave.abort();
    await expect(call).rejects.toThrow();
  });
});
