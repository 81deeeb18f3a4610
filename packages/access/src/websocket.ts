// The gate of a WebSocket edge: it decides on the HTTP request, which can still be answered with a status.
import type { IncomingMessage } from 'node:http';
import type { Refusal } from '@trace-mesh/runtime/websocket';
import { readHandshake } from '@trace-mesh/tracing/websocket';
import { authenticateRequest } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { AccessError } from './errors.ts';
import type { Gate } from './express.ts';
import { checkHosts } from './hosts.ts';

/** The verified caller of an upgrade. Rejects with an `AuthenticationError`, a `HostError` or a `RateLimitError`. */
export async function admitUpgrade(
  { allowedHosts, ...authentication }: Gate,
  request: IncomingMessage,
): Promise<Caller> {
  checkHosts(request.headers, allowedHosts);
  const { authorization } = readHandshake(request);
  return authenticateRequest(authentication, authorization, request.socket.remoteAddress ?? '');
}

/** The response to a rejected upgrade, as HTTP edges answer; undefined for an unexpected error. */
export function upgradeRefusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof AccessError)) return undefined;
  const { httpStatus: status, title, message: detail, headers } = error;
  return { status, title, detail, headers };
}
