// The gate of a gRPC server: the caller, and how often it asks.
import { status } from '@grpc/grpc-js';
import { type RpcCall, RpcError, type ServeOptions } from '@trace-mesh/runtime/grpc';
import { type AuthenticationDeps, authenticateRequest } from './authenticate.ts';
import { AuthenticationError } from './authenticator.ts';
import { type Caller, requireScope, type Scope, ScopeError, trustOf } from './caller.ts';
import { RateLimitError } from './rate-limit.ts';

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
  if (!caller) throw new Error('this call has not passed the gate');
  return caller;
}

/** What a caller may: its own tenant's affairs, as far as its scopes go. Throws PERMISSION_DENIED. */
export function allowRpc(call: RpcCall, scope: Scope, tenantId: string): void {
  const caller = callerOf(call);
  try {
    requireScope(caller, scope);
  } catch (error) {
    throw asRpcError(error);
  }
  if (caller.identity.tenantId !== tenantId) {
    throw new RpcError(status.PERMISSION_DENIED, "this is another tenant's", 'foreign_tenant');
  }
}

function asRpcError(error: unknown): unknown {
  if (error instanceof AuthenticationError) {
    return new RpcError(status.UNAUTHENTICATED, error.message, error.code);
  }
  if (error instanceof RateLimitError) {
    return new RpcError(status.RESOURCE_EXHAUSTED, error.message, 'rate_limited');
  }
  if (error instanceof ScopeError) {
    return new RpcError(status.PERMISSION_DENIED, error.message, 'insufficient_scope');
  }
  return error;
}
