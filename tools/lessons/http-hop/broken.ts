// A gateway that calls rest-api on behalf of its caller. Does the trace continue in rest-api?
import { listen } from '@trace-mesh/runtime/listen';
import express from 'express';
import { serve } from '../src/program.ts';

await serve(async ({ endpoints, announce, released }) => {
  const restApi = (path: string, authorization: string) =>
    fetch(new URL(path, endpoints['rest-api']), { headers: { authorization } }); // ← nothing injects the context

  const app = express();
  app.get('/tasks/:taskId', async (request, response) => {
    const answer = await restApi(`/api/tasks/${request.params.taskId}`, request.get('authorization') ?? '');
    response.status(answer.status).json(await answer.json());
  });
  await using server = await listen(app, { host: '127.0.0.1', port: 0 });
  announce(`http://127.0.0.1:${server.port}`);
  await released;
});
