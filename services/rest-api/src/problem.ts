// Errors as RFC 9457 problem details. Expected failures are `Problem`s; anything else is a bug: logged once, answered bare.
import { AccessError } from '@trace-mesh/access/errors';
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { toProblem } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ZodError } from 'zod';

/** An expected failure: its HTTP status, a stable title, and a detail for the caller. */
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

/** After how many s a request that was answered 503 is worth repeating. */
export const RETRY_AFTER_S = 1;

export const notFound: RequestHandler = (request) => {
  throw new Problem(404, 'not found', `there is no ${request.method} ${request.path}`);
};

/** Answers 405 for the other methods of a path; stands after its routes. */
export const onlyMethods =
  (...methods: string[]): RequestHandler =>
  (request, response) => {
    response.set('allow', methods.join(', '));
    throw new Problem(405, 'method not allowed', `${request.path} does not take ${request.method}`);
  };

export function problems(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const problem = problemOf(error);
    const { status, title, message } = problem;
    // The origin, here or in a service behind this one, goes into the answer and into the log.
    const traced = wrapErrorWithTrace(quotesBody(error) ? problem : error, { code: title, message });
    if (status >= 500) logger.error({ err: traced }, 'a request failed');
    if (error instanceof AccessError) response.set(error.headers);
    const body = toProblem(traced, status, title);
    if (status === 503) response.set('retry-after', String(RETRY_AFTER_S));
    response.status(status).type('application/problem+json').send(JSON.stringify(body));
  };
}

/** The expected failure that an error stands for; what is out of reach becomes a 503, a bug a bare 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) {
    const fields = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    return new Problem(400, 'invalid request', fields.join('; '));
  }
  if (error instanceof AccessError) return new Problem(error.httpStatus, error.title, error.message);
  if (quotesBody(error)) return new Problem(400, 'invalid request', 'the body is no JSON object or array');
  // The router fails so for a path whose percent-encoding is none.
  if (error instanceof URIError) return new Problem(400, 'invalid request', 'the path cannot be decoded');
  // express.json() fails with an error that carries a status and says whether its message may be shown.
  const { status, expose, message } = error as { status?: number; expose?: boolean; message?: string };
  if (status && expose) return new Problem(status, 'invalid request', message ?? 'invalid request');
  if (isInfrastructureFailure(error)) {
    return new Problem(503, 'unavailable', 'something that this service needs is out of reach; try again');
  }
  return new Problem(500, 'internal error', 'the request could not be handled');
}

/** True for express.json()'s error for what is no JSON: its message quotes the body, and a prompt is in no span. */
const quotesBody = (error: unknown): boolean => (error as { type?: unknown }).type === 'entity.parse.failed';
