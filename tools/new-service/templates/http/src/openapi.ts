// The OpenAPI document of __name__: its operations, by the schemas of their routes.
import { describeApi } from '@trace-mesh/access/openapi';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { Greeting } from './client.ts';
import { Params } from './routes/greet.ts';

/** The OpenAPI 3.1 document, which the service serves at `/openapi.json`. */
export const openApi = describeApi({
  info: { title: '__name__', version: manifest.version, description: 'Greets.' },
  schemas: { Greeting },
  operations: {
    'GET /api/health': {
      operationId: 'health',
      summary: 'Whether the service answers',
      answer: { status: 200, schema: z.object({ status: z.literal('ok') }) },
    },
    'GET /openapi.json': {
      operationId: 'openApi',
      summary: 'This document',
      answer: { status: 200, schema: z.looseObject({ openapi: z.string() }) },
    },
    'GET /api/greetings/{name}': {
      operationId: 'greet',
      summary: 'A greeting',
      scope: 'tasks:read',
      params: Params,
      answer: { status: 200, schema: Greeting },
    },
  },
});
