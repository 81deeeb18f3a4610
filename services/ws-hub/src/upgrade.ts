import type { IncomingMessage } from 'node:http';
import type { Caller } from '@trace-mesh/access/caller';
import { AuthenticationError } from '@trace-mesh/access/errors';
import type { Gate } from '@trace-mesh/access/express';
import { admitUpgrade } from '@trace-mesh/access/websocket';

/**
 * The verified caller; undefined without a token, which must then come in `hello`. Rejects with an `AuthenticationError`, a
 * `HostError` or a `RateLimitError`.
 */
export async function admit(gate: Gate, request: IncomingMessage): Promise<Caller | undefined> {
  try {
    return await admitUpgrade(gate, request);
  } catch (error) {
    if (error instanceof AuthenticationError && error.code === 'missing_token') return undefined;
    throw error;
  }
}
