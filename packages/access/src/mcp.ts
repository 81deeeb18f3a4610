// The verified caller in the MCP SDK's `authInfo`, which passes it from the HTTP application to the server of a request.
import type { Caller } from './caller.ts';

/** The form of the SDK: https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization */
interface AuthInfo {
  token: string;
  clientId: string;
  scopes: string[];
  /** In seconds since the epoch. */
  expiresAt?: number;
  extra?: Record<string, unknown>;
}

/** For `request.auth`, after authentication; `authorization` is the header. */
export function authInfoOf(authorization: string | undefined, caller: Caller): AuthInfo {
  const { identity, expiresAt } = caller;
  return {
    token: authorization ?? '',
    clientId: identity.userId,
    scopes: [...identity.scopes],
    ...(expiresAt !== undefined && { expiresAt: Math.floor(expiresAt / 1_000) }),
    extra: { caller },
  };
}

/** The caller in `authInfo`. Throws an Error where the request was not authenticated. */
export function callerIn(auth: Pick<AuthInfo, 'extra'> | undefined): Caller {
  const caller = auth?.extra?.caller as Caller | undefined;
  if (!caller) throw new Error('the request has no caller (set request.auth to its authInfoOf)');
  return caller;
}
