// Route templates of express, as span names and `http.route`.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import express, { Router } from 'express';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';

const tracing = startInstrumented('http', 'express');

const leaf = Router({ mergeParams: true }).get('/leaf/:leaf', (_request, response) => void response.end());
const tenant = Router()
  .use((_request, _response, next) => next())
  .use('/sub', leaf);
const first = Router().get('/only-first', (_request, response) => void response.end());
const second = Router().get('/:id', (_request, response) => void response.end());
const mounted = express().get('/page', (_request, response) => void response.end());
const app = express()
  .use((_request, _response, next) => next())
  .get('/', (_request, response) => void response.end())
  .get(['/one', '/two'], (_request, response) => void response.end())
  .get('/files/*path', (_request, response) => void response.end())
  .get(/^\/re(x+)$/, (_request, response) => void response.end())
  .get('/fails/:id', () => Promise.reject(new Error('failed')))
  .param('id', (_request, _response, next) => next())
  // The text of what matched is the same for both, and for the second the first has been left.
  .use('/api', first)
  .use('/api', second)
  .use('/tenants/:tenant', (_request, _response, next) => next())
  .use('/tenants/:tenant', tenant)
  .use('/:any/mounted', mounted)
  .use((_request, response) => void response.status(404).end());

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterEach(() => tracing.reset());
afterAll(() => void server.close().closeAllConnections());

it.each([
  ['/?a=1', '/'],
  ['/two', '/two'],
  ['/files/a/b', '/files/*path'],
  ['/rexx', '/^\\/re(x+)$/'],
  ['/fails/7', '/fails/:id'],
  ['/api/only-first', '/api/only-first'],
  ['/api/7', '/api/:id'],
  ['/tenants/acme/sub/leaf/9', '/tenants/:tenant/sub/leaf/:leaf'],
  ['/x/mounted/page', '/:any/mounted/page'],
  ['/nowhere', undefined],
  ['/tenants/acme/nowhere', undefined],
])('%s has the route %s, also when it is requested again', async (path, route) => {
  for (const count of [1, 2]) {
    await (await fetch(`${url}${path}`)).text();
    await vi.waitFor(() => expect(tracing.spans()).toHaveLength(count));
  }
  for (const span of tracing.spans()) {
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.name).toBe(route === undefined ? 'GET' : `GET ${route}`);
    expect(span.attributes['http.route']).toBe(route);
  }
});
