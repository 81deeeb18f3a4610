// Authenticates an upgrade, while it can still be refused with an HTTP status.
import type { IncomingMessage } from 'node:http';
import { authenticateRequest } from '@trace-mesh/access/authenticate';
import type { Caller } from '@trace-mesh/access/caller';
import { AccessError, AuthenticationError } from '@trace-mesh/access/errors';
import type { Gate } from '@trace-mesh/access/express';
import { checkHosts } from '@trace-mesh/access/hosts';
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
  if (!(error instanceof AccessError)) return undefined;
  const { httpStatus: status, title, message: detail, headers } = error;
  return { status, title, detail, headers };
}
