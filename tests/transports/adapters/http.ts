import { context } from '@opentelemetry/api';
import { listen } from '@trace-mesh/runtime/listen';
import { runInContext } from '@trace-mesh/tracing/carrier';
import { createHttpClient, traceResponses } from '@trace-mesh/tracing/http';
import { admitContext } from '@trace-mesh/tracing/trust';
import express from 'express';
import { Desk, type Transport } from '../transport.ts';

/** Row 1: headers, written and read by the HTTP instrumentations. */
export const http: Transport = {
  name: 'http',
  path: ['server POST /carry/:id', 'client POST'],
  async open() {
    const desk = new Desk();
    const app = express();
    app.use(traceResponses(), (_request, _response, next) => {
      runInContext(admitContext(context.active(), { inside: true }), next);
    });
    app.post('/carry/:id', async (request, response) => {
      await desk.run(request.params.id);
      response.status(204).end();
    });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    const client = createHttpClient(`http://127.0.0.1:${server.port}`);
    return {
      carry: (work) => desk.carry(work, (id) => client({ method: 'POST', path: `/carry/${id}` })),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};
