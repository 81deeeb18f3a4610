// A service of the mesh that lessons call with baggage. Its span names the keys that it received.
import { listen } from '@trace-mesh/runtime/listen';
import express from 'express';
import { recordBaggageKeys } from './baggage-keys.ts';
import { serve } from './program.ts';

await serve(async ({ announce, released }) => {
  const app = express();
  app.post('/visits', (_request, response) => {
    recordBaggageKeys();
    response.json({});
  });
  await using server = await listen(app, { host: '127.0.0.1', port: 0 });
  announce(`http://127.0.0.1:${server.port}`);
  await released;
});
