// The gateway that both programs start. It forwards its caller's token and sampling header.

import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { listen } from '@trace-mesh/runtime/listen';
import express from 'express';
import { serve } from '../src/program.ts';

const PASSED_ON = ['authorization', 'x-b3-sampled'];

/** Serves `GET /tasks/:taskId` until the runner releases it. */
export const serveGateway = () =>
  serve(async ({ endpoints, announce, released }) => {
    const restApi = createServiceClient(endpoints['rest-api']);
    const app = express();
    app.get('/tasks/:taskId', async (request, response) => {
      const headers = Object.fromEntries(PASSED_ON.map((name) => [name, request.get(name) ?? '']));
      const answer = await restApi({ method: 'GET', path: `/api/tasks/${request.params.taskId}`, headers });
      response.status(answer.status).json(await answer.json());
    });
    await using server = await listen(app, { host: '127.0.0.1', port: 0 });
    announce(`http://127.0.0.1:${server.port}`);
    await released;
  });
