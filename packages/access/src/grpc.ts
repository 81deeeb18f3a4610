// The gate of a gRPC server: token and rate limit.
import { status } from '@grpc/grpc-js';
import { type RpcCall, RpcError, type ServeOptions } from '@trace-mesh/runtime/grpc';
import { type AuthenticationDeps, authenticateRequest } from './authenticate.ts';
import { type Caller, requireScope, type Scope, trustOf } from './caller.ts';
import { AccessError } from './errors.ts';

const callers = new WeakMap<RpcCall, Caller>();

/**
 * Admits verified callers, for the `admit` of a server's operations. Refuses with UNAUTHENTICATED (`missing_token`,
 * `invalid_token`) or RESOURCE_EXHAUSTED (`rate_limited`).
 */
export const rpcGate =
  (authentication: AuthenticationDeps): ServeOptions['admit'] =>
  async (call) => {
    const [authorization] = call.metadata.get('authorization').map(String);
    try {
      const caller = await authenticateRequest(authentication, authorization, call.peer);
      callers.set(call, caller);
      return trustOf(caller);
    } catch (error) {
      throw asRpcError(error);
    }
  };

/** The caller that the gate admitted. */
export function callerOf(call: RpcCall): Caller {
  const caller = callers.get(call);
  if (!caller) throw new Error('call without a caller (set rpcGate as admit)');
  return caller;
}

/** Throws PERMISSION_DENIED unless the caller has the scope and belongs to the tenant. */
export function allowRpc(call: RpcCall, scope: Scope, tenantId: string): void {
  const caller = callerOf(call);
  try {
    requireScope(caller, scope);
  } catch (error) {
    throw asRpcError(error);
  }
  if (caller.identity.tenantId !== tenantId) {
    throw new RpcError(status.PERMISSION_DENIED, 'this belongs to another tenant', 'foreign_tenant');
  }
}

const STATUS = { 401: status.UNAUTHENTICATED, 403: status.PERMISSION_DENIED, 429: status.RESOURCE_EXHAUSTED };

const asRpcError = (error: unknown): unknown =>
  error instanceof AccessError ? new RpcError(STATUS[error.httpStatus], error.message, error.code) : error;
