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

/**
 * The verified caller; undefined without a token, which must then come in `hello`. Rejects with an `AuthenticationError`, a
 * `HostError` or a `RateLimitError`.
 */
export async function admit(
  { allowedHosts, ...authentication }: Gate,
  request: IncomingMessage,
): Promise<Caller | undefined> {
  checkHosts(request.headers, allowedHosts);
  const { authorization } = readHandshake(request);
  const address = request.socket.remoteAddress ?? '';
  try {
    return await authenticateRequest(authentication, authorization, address);
  } catch (error) {
    if (error instanceof AuthenticationError && error.code === 'missing_token') return undefined;
    throw error;
  }
}

/** The same status, title and headers as rest-api's; undefined for an unexpected error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof AuthenticationError) {
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
    return { status: 401, title: 'unauthenticated', detail: error.message, headers };
  }
  if (error instanceof HostError) return { status: 403, title: 'host refused', detail: error.message };
  if (error instanceof RateLimitError) {
    const headers = { 'retry-after': error.retryAfter };
    return { status: 429, title: 'rate limited', detail: error.message, headers };
  }
  return undefined;
}
