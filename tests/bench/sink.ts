// A trace backend that does nothing: it accepts every export request. Spans are counted afterwards, when they are asked for.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveMeasured } from './measured.ts';
import { countSpans } from './otlp-spans.ts';

let bodies: Buffer[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/v1/traces') bodies.push(Buffer.concat(chunks));
    response.end();
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');

function spans(): number {
  const counted = bodies.reduce((sum, body) => sum + countSpans(body), 0);
  bodies = [];
  return counted;
}

serveMeasured((server.address() as AddressInfo).port, { spans });
