// Passes the verified caller from the gate to the MCP server, in the SDK's `authInfo`.
import type { McpRequestContext } from '@modelcontextprotocol/server';
import type { Caller } from '@trace-mesh/access/caller';
import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';

/** After the gate: sets `request.auth`, which the SDK passes on as `authInfo`. */
export const handOverCaller: RequestHandler = (request, response, next) => {
  const caller = callerOf(response);
  const { userId, scopes } = caller.identity;
  const auth = {
    token: request.get('authorization') ?? '',
    clientId: userId,
    scopes: [...scopes],
    extra: { caller },
  };
  Object.assign(request, { auth });
  next();
};

/** The caller in `authInfo`. */
export function callerIn(auth: McpRequestContext['authInfo']): Caller {
  const caller = auth?.extra?.caller as Caller | undefined;
  if (!caller) throw new Error('the request has no authInfo (mount handOverCaller after the gate)');
  return caller;
}
