// A service of the mesh that has moved its model to a third party, for which the Bedrock double stands in: it redirects to it. Its span
// names the baggage that it received.
import { listen } from '@trace-mesh/runtime/listen';
import express from 'express';
import { recordBaggageKeys } from '../src/baggage-keys.ts';
import { serve } from '../src/program.ts';

await serve(async ({ endpoints, announce, released }) => {
  const app = express();
  app.post('/suggestions', (_request, response) => {
    recordBaggageKeys();
    // 307: the same request again, with its method and body.
    response.redirect(307, new URL('/model/amazon.nova-lite-v1:0/converse', endpoints.bedrock).href);
  });
  await using server = await listen(app, { host: '127.0.0.1', port: 0 });
  announce(`http://127.0.0.1:${server.port}`);
  await released;
});
