// Who may open a socket, decided on the HTTP request, while there is a status to answer with.
import type { IncomingMessage } from 'node:http';
import { authenticateRequest } from '@trace-mesh/access/authenticate';
import { AuthenticationError } from '@trace-mesh/access/authenticator';
import type { Caller } from '@trace-mesh/access/caller';
import type { Gate } from '@trace-mesh/access/express';
import { checkHosts, HostError } from '@trace-mesh/access/hosts';
import { RateLimitError } from '@trace-mesh/access/rate-limit';
import type { Refusal } from '@trace-mesh/runtime/websocket';
import { readHandshake } from '@trace-mesh/tracing/websocket';

/** The verified caller. Rejects with an `AuthenticationError`, a `HostError` or a `RateLimitError`. */
export async function admit(
  { allowedHosts, ...authentication }: Gate,
  request: IncomingMessage,
): Promise<Caller> {
  checkHosts(request.headers, allowedHosts);
  const { authorization } = readHandshake(request);
  return authenticateRequest(authentication, authorization, request.socket.remoteAddress ?? '');
}

/** The answer to a refused upgrade; undefined for an unexpected error. */
export function upgradeRefusalOf(error: unknown): Refusal | undefined {
  if (error instanceof AuthenticationError) {
    const headers = { 'www-authenticate': 'Bearer' };
    return { status: 401, title: 'unauthenticated', detail: error.message, headers };
  }
  if (error instanceof HostError) return { status: 403, title: 'host refused', detail: error.message };
  if (error instanceof RateLimitError) {
    const headers = { 'retry-after': error.retryAfter };
    return { status: 429, title: 'rate limited', detail: error.message, headers };
  }
  return undefined;
}
