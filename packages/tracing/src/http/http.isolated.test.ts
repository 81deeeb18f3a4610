// The server's side of HTTP under the preload's tracing: how a span is named, and when it counts as cancelled.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { anyText } from '../arbitraries.fixture.ts';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';

const tracing = startInstrumented('http', 'express');
// The instrumentation patches what is loaded as CommonJS here: vitest has no hooks for ES modules.
const express = createRequire(import.meta.url)('express') as typeof import('express');
const { traceResponses } = await import('../http.ts');

const app = express();
app.use(traceResponses());
app.get(
  '/events',
  (_request, response) => void response.set('content-type', 'text/event-stream').write('data: 1\n\n'),
);
app.post(
  '/events',
  (_request, response) => void response.set('content-type', 'text/event-stream').write('data: 1\n\n'),
);
app.get('/text', (_request, response) => void response.set('content-type', 'text/plain').write('1'));
app.all('/things/:id', (_request, response) => void response.end());
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
afterEach(() => tracing.reset());
afterAll(() => void server.close().closeAllConnections());

const served = () => tracing.spans().filter((span) => span.kind === SpanKind.SERVER);

/** Sends one request as text, and disconnects when the response begins. */
async function ask(method: string, path: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`);
  await once(socket, 'data');
  socket.destroy();
  await vi.waitFor(() => expect(served()).toHaveLength(1));
}

describe('a caller that disconnects in the middle of a response', () => {
  it('does not mark the span of an event stream over GET', async () => {
    await ask('GET', '/events');
    expect(served()[0]?.status.code).not.toBe(SpanStatusCode.ERROR);
    expect(served()[0]?.attributes).not.toHaveProperty(['error.type']);
    expect(served()[0]?.events).toEqual([]);
  });

  it.each([
    ['POST', '/events'],
    ['GET', '/text'],
  ])('marks the span of %s %s as cancelled', async (method, path) => {
    await ask(method, path);
    expect(served()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'the caller disconnected' },
      attributes: { 'error.type': 'cancelled' },
      events: [expect.objectContaining({ name: 'cancelled' })],
    });
  });
});

describe('the name of a request whose method is unknown', () => {
  it.each(['PROPFIND', 'MKCOL', 'PURGE', 'M-SEARCH'])(
    '%s begins with HTTP and has the route',
    async (method) => {
      await ask(method, '/things/7');
      expect(served()[0]?.name).toBe('HTTP /things/:id');
      expect(served()[0]?.attributes['http.request.method']).toBe('_OTHER');
    },
  );

  it('is HTTP where no route matches', async () => {
    await ask('REPORT', '/nowhere');
    expect(served()[0]?.name).toBe('HTTP');
  });

  it('is not used for a known method', async () => {
    await ask('DELETE', '/things/7');
    expect(served()[0]?.name).toBe('DELETE /things/:id');
  });
});

it('any X-Request-ID is answered, and repeated only if it is plain', async () => {
  const asHeader = (text: string) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText.map(asHeader), fc.stringMatching(/^[\w.:-]{1,200}$/)), async (id) => {
      const response = await fetch(`http://127.0.0.1:${port}/things/7`, { headers: { 'x-request-id': id } });
      const plain = /^[\w.:-]{1,128}$/.test(id);
      const given = response.headers.get('x-request-id') ?? '';
      if (plain) expect(given).toBe(id);
      else expect(given).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }),
    { numRuns: 50 },
  );
});
