// Who may open a socket: decided on the HTTP request, while there still is a status to answer with.
import type { IncomingMessage } from 'node:http';
import { authenticateRequest } from '@trace-mesh/access/authenticate';
import { AuthenticationError } from '@trace-mesh/access/authenticator';
import type { Caller } from '@trace-mesh/access/caller';
import type { Gate } from '@trace-mesh/access/express';
import { checkHosts, HostError } from '@trace-mesh/access/hosts';
import { RateLimitError } from '@trace-mesh/access/rate-limit';
import { readHandshake } from '@trace-mesh/tracing/websocket';
import type { VerifyClientCallbackAsync } from 'ws';

// From the moment in which an upgrade is allowed to that in which its socket opens.
const admitted = new WeakMap<IncomingMessage, Caller>();

/** The caller whom the upgrade of this request let in. */
export function callerOf(request: IncomingMessage): Caller {
  const caller = admitted.get(request);
  if (!caller) throw new Error('this request has not passed mayUpgrade');
  return caller;
}

/** For `ws`' `verifyClient`: 401 without a valid token, 403 for a foreign host or page, 429 beyond the rate. */
export const mayUpgrade =
  ({ allowedHosts, ...authentication }: Gate, onBug: (error: unknown) => void): VerifyClientCallbackAsync =>
  ({ req }, done) => {
    const admit = async () => {
      checkHosts(req.headers, allowedHosts);
      const { authorization } = readHandshake(req);
      admitted.set(
        req,
        await authenticateRequest(authentication, authorization, req.socket.remoteAddress ?? ''),
      );
    };
    admit().then(
      () => done(true),
      (error: unknown) => {
        const { status, headers } = answerTo(error);
        if (status === 500) onBug(error);
        done(false, status, undefined, headers);
      },
    );
  };

function answerTo(error: unknown): { status: number; headers?: Record<string, string> } {
  if (error instanceof AuthenticationError) return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
  if (error instanceof HostError) return { status: 403 };
  if (error instanceof RateLimitError) {
    return { status: 429, headers: { 'retry-after': error.retryAfter } };
  }
  return { status: 500 };
}
