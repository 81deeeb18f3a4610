// One hop alone: HTTP. Whatever the answer's status, the request's trace goes on in the service, and the answer names it.
import { randomUUID } from 'node:crypto';
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { client, parent, type Scenario, server } from './scenario.ts';

export const http: Scenario = {
  name: 'http',
  title: 'An HTTP request keeps its trace, answered 200, 400 or 404, and the answer says which it was',
  teaches:
    'A trace crosses HTTP in the traceparent header, and every answer names it in X-Trace-ID, whatever its status.',
  rows: [1],
  edges: [parent(1, 'http', client('agent', 'GET'), server('rest-api', 'GET /api/tasks/:taskId'))],
  async fire({ endpoints, tokens, signal }) {
    const get = createServiceClient(endpoints['rest-api']);
    const ask = async (path: string) => {
      const requestId = randomUUID();
      const headers = { 'x-request-id': requestId, authorization: tokens.bearer() };
      const response = await get({ method: 'GET', path, headers, signal });
      await response.arrayBuffer();
      const answered = response.headers.get('x-request-id');
      if (answered !== requestId)
        throw new Error(`GET ${path} answered as request ${answered}, not ${requestId}`);
      return { status: response.status, traceId: response.headers.get('x-trace-id') };
    };
    return {
      health: await ask('/api/health'),
      malformed: await ask('/api/tasks/not-an-id'),
      unknown: await ask(`/api/tasks/${randomUUID()}`),
    };
  },
};
