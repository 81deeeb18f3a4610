// For the tests of the reader: a trace store that gives one answer, and the parts of an answer.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const TRACE_ID = '0000000000000000aaaaaaaaaaaaaaaa';
/**
 * A trace store that gives every request one answer and records the paths and traceparents. It closes at the latest with the test that
 * opened it: files that share a process load this one once, so a hook of this file would belong to the first of them.
 */
export async function store(status: number, body: unknown) {
  const paths: string[] = [];
  const parents: unknown[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    parents.push(request.headers.traceparent);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths, parents, close };
}

export const tag = (key: string, value: unknown, type = 'string') => ({ key, type, value });
export const span = {
  traceID: 'aaaaaaaaaaaaaaaa',
  spanID: 'b7ad6b7169203331',
  operationName: 'process tasks',
  references: [
    { refType: 'FOLLOWS_FROM', traceID: 'aaaaaaaaaaaaaaaa', spanID: '00f067aa0ba902b7' },
    { refType: 'CHILD_OF', traceID: 'aaaaaaaaaaaaaaaa', spanID: '00f067aa0ba902b8' },
  ],
  startTime: 1_700_000_000_000_000,
  duration: 2500,
  tags: [
    tag('span.kind', 'consumer'),
    tag('messaging.batch.message_count', 3, 'int64'),
    tag('otel.status_code', 'ERROR'),
    tag('otel.status_description', 'the model is gone'),
  ],
  logs: [{ timestamp: 7, fields: [tag('event', 'retry'), tag('attempt', 2, 'int64')] }],
  processID: 'p1',
};
export const body = (...spans: unknown[]) => ({
  data: [{ traceID: 'aaaaaaaaaaaaaaaa', spans, processes: { p1: { serviceName: 'worker', tags: [] } } }],
  errors: null,
});
