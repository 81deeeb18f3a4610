// The errors of an HTTP edge as RFC 9457 problem details. Unexpected errors are logged and answered generically.
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { toProblem } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import { readThrown, textOf } from '@trace-mesh/tracing/span';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ZodError } from 'zod';
import { AccessError } from './errors.ts';

/** An expected failure: the HTTP status, a stable title and a detail for the caller. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly title: string;
  constructor(status: number, title: string, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
    this.title = title;
  }
}

/** `Retry-After` of a 503, in s. */
export const RETRY_AFTER_S = 1;

/** Answers 404; to be registered after all routes. */
export const notFound: RequestHandler = (request) => {
  throw new Problem(404, 'not found', `there is no ${request.method} ${request.path}`);
};

/** Answers 405 for other methods of a path; to be registered after the path's routes. */
export const onlyMethods =
  (...methods: string[]): RequestHandler =>
  (request, response) => {
    response.set('allow', methods.join(', '));
    throw new Problem(405, 'method not allowed', `${request.method} is not supported for ${request.path}`);
  };

/** Answers every error with its problem; logs it from status 500 on. */
export function problems(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const problem = problemOf(error);
    const { status, title, message } = problem;
    // The answer and the log carry the error's origin, which may be in a service downstream.
    const traced = wrapErrorWithTrace(quotesBody(error) ? problem : error, { code: title, message });
    if (status >= 500) logger.error({ err: traced }, 'a request failed');
    if (error instanceof AccessError) response.set(error.headers);
    const body = toProblem(traced, status, title);
    if (status === 503) response.set('retry-after', String(RETRY_AFTER_S));
    response.status(status).type('application/problem+json').send(JSON.stringify(body));
  };
}

/** Maps an error: an unreachable dependency to 503, an unexpected error to 500 without details. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // zod's `instanceof` reads a property, which may throw for a value that is no Error.
  if (error instanceof Error && error instanceof ZodError) {
    const fields = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    return new Problem(400, 'invalid request', fields.join('; '));
  }
  if (error instanceof AccessError) return new Problem(error.httpStatus, error.title, error.message);
  if (quotesBody(error)) return new Problem(400, 'invalid request', 'the body is not a JSON object or array');
  // The router throws this for malformed percent-encoding.
  if (error instanceof URIError) return new Problem(400, 'invalid request', 'the path cannot be decoded');
  // express.json() throws http-errors, whose `expose` says whether the message is for the caller.
  const status = readThrown(error, 'status');
  if (typeof status === 'number' && readThrown(error, 'expose')) {
    return new Problem(status, 'invalid request', textOf(error));
  }
  if (isInfrastructureFailure(error)) {
    return new Problem(503, 'unavailable', 'a dependency is unavailable (repeat the request)');
  }
  return new Problem(500, 'internal error', 'the request could not be handled');
}

/** express.json()'s error for malformed JSON: its message quotes the body, and no span may contain a prompt. */
const quotesBody = (error: unknown): boolean => readThrown(error, 'type') === 'entity.parse.failed';
