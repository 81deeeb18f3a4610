// A gateway that calls rest-api on behalf of its caller. Does the trace continue in rest-api?

import { listen } from '@trace-mesh/runtime/listen';
import { createHttpClient } from '@trace-mesh/tracing/http';
import express from 'express';
import { serve } from '../src/program.ts';

await serve(async ({ endpoints, announce, released }) => {
  const client = createHttpClient(endpoints['rest-api']); // ← allows context to this origin
  const restApi = (path: string, authorization: string) =>
    client({ method: 'GET', path, headers: { authorization } });

  const app = express();
  app.get('/tasks/:taskId', async (request, response) => {
    const answer = await restApi(`/api/tasks/${request.params.taskId}`, request.get('authorization') ?? '');
    response.status(answer.status).json(await answer.json());
  });
  await using server = await listen(app, { host: '127.0.0.1', port: 0 });
  announce(`http://127.0.0.1:${server.port}`);
  await released;
});
