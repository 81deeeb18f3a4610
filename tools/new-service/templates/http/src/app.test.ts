// Runs the service on a real port and checks its traces, its access rules and its limits.
import { openTestAccess, routesOf } from '@trace-mesh/access/testing';
import { listen } from '@trace-mesh/runtime/listen';
import { extractContext } from '@trace-mesh/tracing/carrier';
import { createLogger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { openApi } from './openapi.ts';
import { MAX_NAME_LENGTH } from './routes/greet.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

const tracing = startTestTracing();
const access = openTestAccess();
const app = createApp({ ...access.gate, logger: createLogger({ write: () => undefined }) });
// In a span, as the instrumentation starts one in the service.
const server = await listen(
  (request, response) =>
    void withSpan('server', { parent: extractContext(request.headers) }, () => void app(request, response)),
  { host: '127.0.0.1', port: 0 },
);
afterAll(async () => {
  server.server.closeAllConnections();
  await server[Symbol.asyncDispose]();
  access[Symbol.dispose]();
  await tracing[Symbol.asyncDispose]();
});

const traceparent = `00-${TRACE}-${CALLER}-01`;
const ask = (path: string, headers: Record<string, string> = { authorization: access.bearer() }) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { traceparent, ...headers } });

it('the span of the greeting is the child of the request’s, and that of the caller’s', async () => {
  const response = await ask('/api/greetings/Ada');
  expect(await response.json()).toEqual({ greeting: 'Hello, Ada!' });
  const [request] = tracing.spans('server');
  const [work] = tracing.spans('make greeting');
  expect(request?.spanContext().traceId).toBe(TRACE);
  expect(request?.parentSpanContext?.spanId).toBe(CALLER);
  expect(work?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
});

it.each([
  [200, '/api/greetings/Ada'],
  [200, `/api/greetings/${'a'.repeat(MAX_NAME_LENGTH)}`],
  [400, `/api/greetings/${'a'.repeat(MAX_NAME_LENGTH + 1)}`],
  [400, '/api/greetings/%E0'],
  [404, '/nowhere'],
])('a %d response to %s has the trace id', async (status, path) => {
  const response = await ask(path);
  expect(response.status).toBe(status);
  expect(response.headers.get('x-trace-id')).toBe(TRACE);
});

it.each([
  [401, {}],
  [401, { authorization: 'Bearer noise' }],
  [403, { authorization: access.bearer({ scopes: ['tasks:write'] }) }],
])('answers %d to a request without a valid token or its scope', async (status, headers) => {
  const response = await ask('/api/greetings/Ada', headers);
  expect(response.status).toBe(status);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
});

it('the OpenAPI document has the routes of the application and no other', async () => {
  const response = await ask('/openapi.json', {});
  const document = (await response.json()) as { paths: Record<string, object> };
  expect(document).toEqual(JSON.parse(JSON.stringify(openApi)));
  const documented = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.toSorted()).toEqual(routesOf(app).toSorted());
});
