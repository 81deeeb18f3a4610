// What the page is told when a request fails: RFC 9457 problem details. A bug is logged, and answered bare.
import { AccessError } from '@trace-mesh/access/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ZodError, z } from 'zod';

/** An expected failure, with the HTTP status that it is answered with. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
  }
}

/** For paths that nothing is at: fails with a 404. */
export const notFound: RequestHandler = (request) => {
  throw new Problem(404, `there is no ${request.method} ${request.path}`);
};

/** Answers what a handler failed with; what is nobody's fault but ours is logged and answered 500. */
export function problems(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, message: detail } = problemOf(error);
    if (status >= 500) logger.error({ err: error }, 'a request failed');
    response.status(status).type('application/problem+json').send(JSON.stringify({ status, detail }));
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AccessError) return new Problem(error.httpStatus, error.message);
  if (error instanceof ZodError) return new Problem(400, z.prettifyError(error));
  // The body parsers fail with a status; their messages may quote the body, so they are not passed on.
  const { status } = error as { status?: number };
  if (status === 413) return new Problem(413, 'the body is too large');
  if (status !== undefined && status < 500) return new Problem(status, 'the request cannot be read');
  return new Problem(500, 'the request could not be handled');
}
