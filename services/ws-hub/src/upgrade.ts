// Who may open a socket: decided on the HTTP request, while there still is a status to answer with.
import type { IncomingMessage } from 'node:http';
import { authenticateRequest } from '@trace-mesh/access/authenticate';
import { AuthenticationError } from '@trace-mesh/access/authenticator';
import type { Gate } from '@trace-mesh/access/express';
import { checkHosts, HostError } from '@trace-mesh/access/hosts';
import { RateLimitError } from '@trace-mesh/access/rate-limit';
import { readHandshake } from '@trace-mesh/tracing/websocket';
import type { VerifyClientCallbackAsync } from 'ws';
import { noteCaller } from './session.ts';

/**
 * For `ws`' `verifyClient`. Refused with 401 for a token that is not valid, 403 for a foreign host or page, 429 beyond the
 * rate. Without a token the socket opens, and has to say hello with one.
 */
export const mayUpgrade =
  (gate: Gate, onBug: (error: unknown) => void): VerifyClientCallbackAsync =>
  ({ req }, done) => {
    admit(gate, req).then(
      () => done(true),
      (error: unknown) => {
        const { status, headers } = refusalOf(error);
        if (status === 500) onBug(error);
        done(false, status, undefined, headers);
      },
    );
  };

async function admit({ allowedHosts, ...authentication }: Gate, request: IncomingMessage): Promise<void> {
  checkHosts(request.headers, allowedHosts);
  const { authorization } = readHandshake(request);
  const address = request.socket.remoteAddress ?? '';
  try {
    noteCaller(request, await authenticateRequest(authentication, authorization, address));
  } catch (error) {
    if (!(error instanceof AuthenticationError && error.code === 'missing_token')) throw error;
  }
}

function refusalOf(error: unknown): { status: number; headers?: Record<string, string> } {
  if (error instanceof AuthenticationError) {
    return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
  }
  if (error instanceof HostError) return { status: 403 };
  if (error instanceof RateLimitError) {
    return { status: 429, headers: { 'retry-after': error.retryAfter } };
  }
  return { status: 500 };
}
