// Maps errors of the HTTP application to RFC 9457 problem details. Unexpected errors are logged and answered generically.
import { AccessError } from '@trace-mesh/access/errors';
import { toProblem } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { ErrorRequestHandler, RequestHandler } from 'express';

interface Problem {
  status: number;
  title: string;
  message: string;
  headers?: Record<string, string>;
}

class NotFound extends Error {
  override name = 'NotFound';
}

export const notFound: RequestHandler = (request) => {
  throw new NotFound(`there is no ${request.method} ${request.path}`);
};

export function problems(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const { status, title, message, headers = {} } = problemOf(error);
    const traced = wrapErrorWithTrace(error, { code: title, message });
    if (status >= 500) logger.error({ err: traced }, 'request failed');
    response.status(status).set(headers).type('application/problem+json');
    response.send(JSON.stringify(toProblem(traced, status, title)));
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof NotFound) return { status: 404, title: 'not found', message: error.message };
  if (error instanceof AccessError) {
    const { httpStatus: status, title, message, headers } = error;
    return { status, title, message, headers };
  }
  return { status: 500, title: 'internal error', message: 'the request could not be handled' };
}
