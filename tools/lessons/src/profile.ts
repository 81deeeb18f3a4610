// A service of the mesh that lessons call with baggage. Its span names the keys that it received.
import { propagation, trace } from '@opentelemetry/api';
import { listen } from '@trace-mesh/runtime/listen';
import express from 'express';
import { serve } from './program.ts';

await serve(async ({ announce, released }) => {
  const app = express();
  app.post('/visits', (_request, response) => {
    const keys =
      propagation
        .getActiveBaggage()
        ?.getAllEntries()
        .map(([key]) => key) ?? [];
    trace.getActiveSpan()?.setAttribute('lesson.baggage', keys.join(','));
    response.json({});
  });
  await using server = await listen(app, { host: '127.0.0.1', port: 0 });
  announce(`http://127.0.0.1:${server.port}`);
  await released;
});
