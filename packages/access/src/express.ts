// The gate of an HTTP edge: host, token and rate limit. Refusals go to the error handler of the application.
import { context } from '@opentelemetry/api';
import { admitContext } from '@trace-mesh/tracing/trust';
import type { RequestHandler, Response } from 'express';
import { type AuthenticationDeps, authenticateRequest } from './authenticate.ts';
import { type Caller, requireScope, type Scope, trustOf } from './caller.ts';
import { checkHosts } from './hosts.ts';

export interface Gate extends AuthenticationDeps {
  /** See hosts.ts. */
  allowedHosts: string[];
}

/**
 * Admits verified callers, and their context as far as they are trusted. Fails with a `HostError`, an
 * `AuthenticationError` or a `RateLimitError`.
 */
export const gate =
  ({ allowedHosts, ...authentication }: Gate): RequestHandler =>
  async (request, response, next) => {
    checkHosts(request.headers, allowedHosts);
    const caller = await authenticateRequest(authentication, request.get('authorization'), request.ip ?? '');
    response.locals.caller = caller;
    context.with(admitContext(context.active(), trustOf(caller)), next);
  };

/** The caller that the gate admitted. */
export const callerOf = (response: Response): Caller => response.locals.caller as Caller;

/** Admits callers with the scope. Fails with a `ScopeError`. */
export const allow =
  (scope: Scope): RequestHandler =>
  (_request, response, next) => {
    requireScope(callerOf(response), scope);
    next();
  };
