// Preload: the least that a request needs to carry a trace, without OpenTelemetry: W3C headers are read, ids are made, a context is
// active in its work, the answer has the ids of `traceResponses`, and its duration is counted. Nothing is exported.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface Trace {
  traceId: string;
  spanId: string;
  since: number;
}

const active = new AsyncLocalStorage<Trace>();
const HEADERS = ['traceparent', 'tracestate', 'baggage'];
/** In powers of two of a ms. */
const durations = new Array<number>(32).fill(0);

const hex = (digits: number) =>
  Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');

function start({ headers }: IncomingMessage, response: ServerResponse): void {
  const [given] = HEADERS.map((name) => headers[name]);
  const traceId = typeof given === 'string' ? given.slice(3, 35) : hex(8) + hex(8) + hex(8) + hex(8);
  const trace = { traceId, spanId: hex(8) + hex(8), since: performance.now() };
  response.setHeader('x-request-id', randomUUID());
  response.setHeader('x-trace-id', traceId);
  response.on('close', () => {
    const bucket = Math.min(31, Math.ceil(Math.log2(performance.now() - trace.since + 1)));
    durations[bucket] = (durations[bucket] ?? 0) + 1;
  });
  active.enterWith(trace);
}

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  start(request, response);
});
