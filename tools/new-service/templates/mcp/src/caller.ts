// The verified caller, from the gate to the server of its request: the SDK has a place for that.
import type { McpRequestContext } from '@modelcontextprotocol/server';
import type { Caller } from '@trace-mesh/access/caller';
import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';

/** Behind the gate: puts its caller where the SDK looks for one. */
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

/** The caller that was handed over. */
export function callerIn(auth: McpRequestContext['authInfo']): Caller {
  const caller = auth?.extra?.caller as Caller | undefined;
  if (!caller) throw new Error('this request has not passed the gate');
  return caller;
}
