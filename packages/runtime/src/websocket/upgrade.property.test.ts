// Whatever stands in the request line and the headers of an upgrade, the server answers or closes the connection, and serves on.
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLogger } from '@trace-mesh/tracing/logger';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { acceptConnection, envelopeCodec, readHandshake } from '@trace-mesh/tracing/websocket';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { listen } from '../listen.ts';
import { serveWebSockets } from './serve.ts';

const tracing = startTestTracing();
const LOCAL = { host: '127.0.0.1', port: 0 };
const { port, server, ...http } = await listen((_, response) => void response.end(), LOCAL);
const hub = serveWebSockets(server, {
  path: '/ws',
  codecs: [envelopeCodec(1024)],
  maxPayload: 1024,
  admit: async (request) => void readHandshake(request),
  refusalOf: () => undefined,
  onSocket: async (socket, request) => {
    await acceptConnection(socket, request);
    socket.close();
  },
  logger: createLogger({ write: () => undefined }),
});
afterAll(async () => {
  hub[Symbol.dispose]();
  await http[Symbol.asyncDispose]();
  await tracing[Symbol.asyncDispose]();
});

const target = fc.oneof(
  fc.constantFrom(
    '/ws',
    '//',
    '//ws',
    '/ws?a=1',
    'http://',
    'http://[/ws',
    '*',
    '/%',
    '/ws/../ws',
    'ws:///ws',
  ),
  fc.stringMatching(/^[!-~]{1,40}$/),
);
// Latin-1 without the characters that end a line.
const value = fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,80}$/);
const name = fc.constantFrom(
  ...['host', 'origin', 'sec-websocket-protocol', 'sec-websocket-version', 'sec-websocket-extensions'],
  ...[
    'traceparent',
    'tracestate',
    'baggage',
    'authorization',
    'x-mcp-tenant-id',
    'x-agent-id',
    'cookie',
    'content-length',
  ],
);

async function answerTo(line: string, headers: [string, string][]): Promise<string> {
  const socket = connect(port, LOCAL.host);
  const request = [
    `GET ${line} HTTP/1.1`,
    ...['Host: a', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers.map(([key, text]) => `${key}: ${text}`),
  ].join('\r\n');
  socket.end(`${request}\r\n\r\n`, 'latin1');
  return text(socket);
}

it('answers any request line and any headers with a status, and serves the next client', async () => {
  await fc.assert(
    fc.asyncProperty(target, fc.array(fc.tuple(name, value), { maxLength: 4 }), async (line, headers) => {
      expect(await answerTo(line, headers)).toMatch(/^HTTP\/1\.1 (101|4\d\d|5\d\d) /);
    }),
    { numRuns: 200 },
  );
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'mesh.v1.json');
  await once(socket, 'open');
  socket.close();
});
