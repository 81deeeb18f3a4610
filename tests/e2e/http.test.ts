// Row 1 for any HTTP client: the response names the trace of the request's traceparent, at every status.
import { expect, inject, it } from 'vitest';
import { tokens } from '../tokens.ts';

const TASK = '6f1b2a53-4b38-4b9d-8a41-2f7a4d3f8a10';
const api = inject('endpoints')['rest-api'];

it.each([
  [200, 'GET', '/api/health', undefined],
  [400, 'GET', '/api/tasks/not-an-id', undefined],
  [400, 'POST', '/api/tasks', '{"prompt":'],
  [404, 'GET', `/api/tasks/${TASK}`, undefined],
  [404, 'GET', '/nowhere', undefined],
  [413, 'POST', '/api/tasks', JSON.stringify({ prompt: 'x'.repeat(2 * 1024 * 1024) })],
])('a %d answer to %s %s names the trace and the request', async (status, method, path, body) => {
  const traceId = crypto.randomUUID().replaceAll('-', '');
  const response = await fetch(new URL(path, api), {
    method,
    headers: {
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      'x-request-id': `request-${status}`,
      'content-type': 'application/json',
      authorization: tokens.bearer(),
    },
    ...(body !== undefined && { body }),
  });
  expect(response.status).toBe(status);
  expect(response.headers.get('x-trace-id')).toBe(traceId);
  expect(response.headers.get('x-request-id')).toBe(`request-${status}`);
});
