// The errors of an HTTP edge as RFC 9457 problem details. Unexpected errors are logged and answered generically.
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { toProblem } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import { readThrown, textOf } from '@trace-mesh/tracing/span';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ZodError } from 'zod';
import { AccessError } from './errors.ts';

/** What a problem is: its HTTP status, and a title that is the same each time. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** The problems of every HTTP edge; a service adds its own. All are in its OpenAPI document (openapi.ts). */
export const PROBLEMS = {
  invalid: { status: 400, title: 'invalid request' },
  unauthenticated: { status: 401, title: 'unauthenticated' },
  insufficientScope: { status: 403, title: 'insufficient scope' },
  hostRefused: { status: 403, title: 'host refused' },
  notFound: { status: 404, title: 'not found' },
  methodNotAllowed: { status: 405, title: 'method not allowed' },
  tooLarge: { status: 413, title: 'invalid request' },
  unsupported: { status: 415, title: 'invalid request' },
  rateLimited: { status: 429, title: 'rate limited' },
  internal: { status: 500, title: 'internal error' },
  unavailable: { status: 503, title: 'unavailable' },
} as const satisfies Record<string, ProblemKind>;

/** An expected failure, with a detail for the caller. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly title: string;
  constructor({ status, title }: ProblemKind, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
    this.title = title;
  }
}

/** `Retry-After` of a 503, in s. */
export const RETRY_AFTER_S = 1;

/** Answers 404; to be registered after all routes. */
export const notFound: RequestHandler = (request) => {
  throw new Problem(PROBLEMS.notFound, `there is no ${request.method} ${request.path}`);
};

/** Answers 405 to the methods that a route has no handler for: its last handler, by `all`. */
export const otherMethods: RequestHandler = (request, response) => {
  const handled = Object.keys(request.route.methods).filter((method) => method !== '_all');
  // Express answers HEAD where a route has GET.
  const methods = handled.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  response.set('allow', methods.join(', '));
  const detail = `${request.method} is not supported for ${request.path}`;
  throw new Problem(PROBLEMS.methodNotAllowed, detail);
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
    return new Problem(PROBLEMS.invalid, fields.join('; '));
  }
  if (error instanceof AccessError) {
    return new Problem({ status: error.httpStatus, title: error.title }, error.message);
  }
  if (quotesBody(error)) return new Problem(PROBLEMS.invalid, 'the body is not a JSON object or array');
  // The router throws this for malformed percent-encoding.
  if (error instanceof URIError) return new Problem(PROBLEMS.invalid, 'the path cannot be decoded');
  // express.json() throws http-errors, whose `expose` says whether the message is for the caller.
  const status = readThrown(error, 'status');
  if (typeof status === 'number' && readThrown(error, 'expose')) {
    return new Problem({ ...PROBLEMS.invalid, status }, textOf(error));
  }
  if (isInfrastructureFailure(error)) {
    return new Problem(PROBLEMS.unavailable, 'a dependency is unavailable (repeat the request)');
  }
  return new Problem(PROBLEMS.internal, 'the request could not be handled');
}

/** express.json()'s error for malformed JSON: its message quotes the body, and no span may contain a prompt. */
const quotesBody = (error: unknown): boolean => readThrown(error, 'type') === 'entity.parse.failed';
