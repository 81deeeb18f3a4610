// Admission of a socket, on the HTTP request, which can be answered with a status.
import type { IncomingMessage } from 'node:http';
import { authenticateRequest } from '@trace-mesh/access/authenticate';
import type { Caller } from '@trace-mesh/access/caller';
import { AccessError } from '@trace-mesh/access/errors';
import type { Gate } from '@trace-mesh/access/express';
import { checkHosts } from '@trace-mesh/access/hosts';
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

/** The response to a rejected upgrade; undefined for an unexpected error. */
export function upgradeRefusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof AccessError)) return undefined;
  const { httpStatus: status, title, message: detail, headers } = error;
  return { status, title, detail, headers };
}
