import { withSpan } from '@trace-mesh/tracing/span';
import type { RequestHandler } from 'express';
import { z } from 'zod';

/** The longest name that is greeted, in characters; a longer one is answered 400. */
export const MAX_NAME_LENGTH = 100;

const Params = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH) });

/** `GET /api/greetings/:name`. The work has a span of its own, in the request's. */
export const greet: RequestHandler = async (request, response) => {
  const { name } = Params.parse(request.params);
  const greeting = await withSpan('make greeting', {}, () => `Hello, ${name}!`);
  response.json({ greeting });
};
