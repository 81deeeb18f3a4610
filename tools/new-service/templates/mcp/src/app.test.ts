// Runs the service on a real port and checks its traces, its access rules and its limits.
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { openTestAccess } from '@trace-mesh/access/testing';
import { listen } from '@trace-mesh/runtime/listen';
import { createLogger } from '@trace-mesh/tracing/logger';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, expect, it, vi } from 'vitest';
import { createApp, MAX_BODY_BYTES } from './app.ts';
import { connect__Name__ } from './client.ts';
import { MAX_NAME_LENGTH } from './tools/greet.ts';

const tracing = startTestTracing();
const access = openTestAccess();
const app = createApp({ ...access.gate, logger: createLogger({ write: () => undefined }) });
// In a span, as the instrumentation starts one in the service.
const server = await listen(
  (request, response) =>
    void withSpan(
      'POST /mcp',
      { parent: ROOT_CONTEXT, kind: SpanKind.SERVER },
      () => void app(request, response),
    ),
  { host: '127.0.0.1', port: 0 },
);
const url = `http://127.0.0.1:${server.port}/mcp`;
const client = await connect__Name__(url, access.bearer());
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
  server.server.closeAllConnections();
  await server[Symbol.asyncDispose]();
  access[Symbol.dispose]();
  await tracing[Symbol.asyncDispose]();
});

it('the span of the tool is the child of the caller’s and links to the HTTP request’s', async () => {
  tracing.reset();
  expect(await client.greet('Ada')).toEqual({ greeting: 'Hello, Ada!' });
  const ofKind = (kind: SpanKind) => tracing.spans('tools/call greet').find((span) => span.kind === kind);
  const tool = await vi.waitFor(() => {
    expect(ofKind(SpanKind.SERVER)).toBeDefined();
    return ofKind(SpanKind.SERVER);
  });
  expect(tool?.parentSpanContext?.spanId).toBe(ofKind(SpanKind.CLIENT)?.spanContext().spanId);
  const [work] = tracing.spans('make greeting');
  expect(work?.parentSpanContext?.spanId).toBe(tool?.spanContext().spanId);
  const requests = tracing.spans('POST /mcp').map((span) => span.spanContext().spanId);
  expect(requests).toContain(tool?.links[0]?.context.spanId);
});

it('a name of the maximum length is accepted, a longer one is rejected', async () => {
  const name = 'a'.repeat(MAX_NAME_LENGTH);
  expect(await client.greet(name)).toEqual({ greeting: `Hello, ${name}!` });
  await expect(client.greet(`${name}a`)).rejects.toThrow(/name.*100/s);
});

it('a body over the limit is rejected', async () => {
  const headers = { authorization: access.bearer(), 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: 'x'.repeat(MAX_BODY_BYTES + 1) });
  expect(response.status).toBe(413);
});

it('a call without a valid token, or without its scope, is rejected', async () => {
  const response = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer noise' } });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  await using writer = await connect__Name__(url, access.bearer({ scopes: ['tasks:write'] }));
  await expect(writer.greet('Ada')).rejects.toMatchObject({ code: 'insufficient_scope' });
});
