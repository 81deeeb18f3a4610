// A refused upgrade is as visible as a refused request: a SERVER span below the caller's, its trace id, a problem document.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { createLogger } from '@trace-mesh/tracing/logger';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { envelopeCodec } from '@trace-mesh/tracing/websocket';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen } from '../listen.ts';
import { type Refusal, serveWebSockets } from './serve.ts';

const tracing = startTestTracing();
const lines: string[] = [];
const { port, server, ...http } = await listen((_, response) => void response.end(), {
  host: '127.0.0.1',
  port: 0,
});
const hub = serveWebSockets(server, {
  path: '/ws',
  codecs: [envelopeCodec(1024)],
  maxPayload: 1024,
  // The status with which a request is to be refused; 200 is admitted.
  admit: async ({ headers }) => {
    if (headers['x-status'] !== '200') throw new Error(String(headers['x-status']));
  },
  refusalOf: (error): Refusal | undefined => {
    const { message } = error as Error;
    if (message === '500') return undefined;
    return { status: Number(message), title: 'refused', detail: `status ${message}` };
  },
  onSocket: async (socket) => socket.close(),
  logger: createLogger({ write: (line) => void lines.push(line) }),
});
afterAll(async () => {
  hub[Symbol.dispose]();
  await http[Symbol.asyncDispose]();
  await tracing[Symbol.asyncDispose]();
});
beforeEach(() => tracing.reset());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16).toString('base64'),
};

interface Attempt {
  status: number;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  without?: string;
}

const attempts: [string, Attempt][] = [
  ['a token that is not valid', { status: 401, headers: { 'x-status': '401' } }],
  ['an origin that is not allowed', { status: 403, headers: { 'x-status': '403' } }],
  ['too many requests', { status: 429, headers: { 'x-status': '429' } }],
  ['an unexpected error', { status: 500, headers: { 'x-status': '500' } }],
  ['another path', { status: 400, path: '/other' }],
  ['the path //', { status: 400, path: '//' }],
  ['no Sec-WebSocket-Key', { status: 400, without: 'sec-websocket-key' }],
  ['another version of the protocol', { status: 400, headers: { 'sec-websocket-version': '7' } }],
  ['the method POST', { status: 405, method: 'POST' }],
];

describe.each(attempts)(
  'an upgrade with %s',
  (_, { status, method = 'GET', path = '/ws', headers, without }) => {
    async function attempt(context: Record<string, string>) {
      const all: Record<string, string> = { ...HANDSHAKE, 'x-status': '200', ...headers, ...context };
      if (without) delete all[without];
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers: all }).end();
      const [response]: [IncomingMessage] = (await once(outgoing, 'response')) as [IncomingMessage];
      const problem = (await json(response)) as Record<string, unknown>;
      const isServer = ({ kind }: { kind: SpanKind }) => kind === SpanKind.SERVER;
      const name = path === '/ws' ? `${method} /ws` : method;
      const span = await vi.waitFor(() => {
        const [found] = tracing.spans(name).filter(isServer);
        if (!found) throw new Error(`no SERVER span ${name}`);
        return found;
      });
      return { response, problem, span };
    }

    it(`is answered ${status} in a SERVER span that is a child of the caller's`, async () => {
      const { response, problem, span } = await attempt({ traceparent: `00-${TRACE}-${CALLER}-01` });
      expect(span.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: CALLER });
      expect(span.attributes['http.response.status_code']).toBe(status);
      expect(span.status.code).toBe(status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
      expect(response.statusCode).toBe(status);
      expect(response.headers).toMatchObject({
        'x-trace-id': TRACE,
        'content-type': 'application/problem+json',
      });
      expect(problem).toMatchObject({ status, trace_id: TRACE });
    });

    it('starts a trace for a caller without one, which the response names', async () => {
      const { response, span } = await attempt({});
      expect(span.parentSpanContext).toBeUndefined();
      expect(response.headers['x-trace-id']).toBe(span.spanContext().traceId);
    });
  },
);
