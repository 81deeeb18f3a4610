// A trace backend that does nothing: it accepts every export request. Spans are counted afterwards, when they are asked for.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KEEP_OPEN } from './child.ts';
import { serveMeasured } from './measured.ts';
import { countSpans } from './otlp-spans.ts';

/** What arrived since it was last asked for: spans of OTLP, bytes of everything. */
export interface Received {
  spans: number;
  bytes: number;
}

let traces: Buffer[] = [];
let bytes = 0;

const server = createServer({ keepAliveTimeout: KEEP_OPEN }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (request.url === '/v1/traces') chunks.push(chunk);
  });
  request.on('end', () => {
    traces.push(Buffer.concat(chunks));
    // Datadog's agent answers JSON; OTLP's empty response is an empty message.
    response.end(request.url?.startsWith('/v1/') ? '' : '{}');
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');

function received(): Received {
  const answer = { spans: traces.reduce((sum, body) => sum + countSpans(body), 0), bytes };
  [traces, bytes] = [[], 0];
  return answer;
}

serveMeasured((server.address() as AddressInfo).port, { received });
