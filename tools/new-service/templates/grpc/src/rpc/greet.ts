import { status } from '@grpc/grpc-js';
import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import { type RpcCall, RpcError } from '@trace-mesh/runtime/grpc';
import { withSpan } from '@trace-mesh/tracing/span';
import { z } from 'zod';
import type { GreetResponse } from '../generated/mesh/__snake__/v1/GreetResponse.ts';

/** In characters; a longer name is INVALID_ARGUMENT. */
export const MAX_NAME_LENGTH = 100;

const Request = z.object({ name: z.string().min(1).max(MAX_NAME_LENGTH) });

/** `Greet`. The span of the work is the child of the call's. */
export const greet = async (request: unknown, call: RpcCall): Promise<GreetResponse> => {
  allowRpc(call, 'tasks:read', callerOf(call).identity.tenantId);
  const { success, data } = Request.safeParse(request);
  if (!success) throw new RpcError(status.INVALID_ARGUMENT, `name: 1 to ${MAX_NAME_LENGTH} characters`);
  const greeting = await withSpan('make greeting', {}, () => `Hello, ${data.name}!`);
  return { greeting };
};
