// The gate of an HTTP edge: the host that is addressed, the caller, how often it asks. What is refused goes to the
// application's own error handler, which words the answer.
import { context } from '@opentelemetry/api';
import { admitContext } from '@trace-mesh/tracing/trust';
import type { RequestHandler, Response } from 'express';
import { type AuthenticationDeps, authenticateRequest } from './authenticate.ts';
import { type Caller, requireScope, type Scope, trustOf } from './caller.ts';
import { checkHosts } from './hosts.ts';

export interface Gate extends AuthenticationDeps {
  /** Host names; see hosts.ts. */
  allowedHosts: string[];
}

/**
 * Lets verified callers through, and their context as far as they are believed. Fails with a `HostError`, an
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

/** The caller that the gate let through. */
export const callerOf = (response: Response): Caller => response.locals.caller as Caller;

/** For a route that the caller's token must allow. Fails with a `ScopeError`. */
export const allow =
  (scope: Scope): RequestHandler =>
  (_request, response, next) => {
    requireScope(callerOf(response), scope);
    next();
  };
