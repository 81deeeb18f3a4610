import { withSpan } from '@trace-mesh/tracing/span';
import type { RequestHandler } from 'express';
import { z } from 'zod';

/** In characters; a longer name is answered 400. */
export const MAX_NAME_LENGTH = 100;

export const Params = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH) });

/** `GET /api/greetings/:name`. The span of the work is the child of the request's. */
export const greet: RequestHandler = async (request, response) => {
  const { name } = Params.parse(request.params);
  const greeting = await withSpan('make greeting', {}, () => `Hello, ${name}!`);
  response.json({ greeting });
};
