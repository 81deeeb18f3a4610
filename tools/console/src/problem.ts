// Failed requests as RFC 9457 problem details. Unexpected errors are logged and answered generically.
import { AccessError } from '@trace-mesh/access/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ZodError, z } from 'zod';

/** An expected failure, with its HTTP status. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
  }
}

/** Fails with a 404. */
export const notFound: RequestHandler = (request) => {
  throw new Problem(404, `no route for ${request.method} ${request.path}`);
};

/** Responds with the problem of an error; logs it from status 500 on. */
export function problems(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, message: detail } = problemOf(error);
    if (status >= 500) logger.error({ err: error }, 'request failed');
    response.status(status).type('application/problem+json').send(JSON.stringify({ status, detail }));
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof AccessError) return new Problem(error.httpStatus, error.message);
  if (error instanceof ZodError) return new Problem(400, z.prettifyError(error));
  // The body parsers' errors have a status; their messages may quote the body.
  const { status } = error as { status?: number };
  if (status === 413) return new Problem(413, 'the body is too large');
  if (status !== undefined && status < 500) return new Problem(status, 'the request is malformed');
  return new Problem(500, 'internal error');
}
