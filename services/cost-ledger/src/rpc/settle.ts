import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import * as budget from '../budget.ts';
import type { Deps } from '../deps.ts';
import { MicroUsd, parse, TaskId } from './parse.ts';
import { tellChange } from './tell-change.ts';

const Request = z.object({ taskId: TaskId, costMicroUsd: MicroUsd });

/** Unary: books the real cost in place of what was set aside; asked again, it leaves what is booked as it is. */
export const settle = (deps: Deps) => async (request: unknown, call: RpcCall) => {
  const { taskId, costMicroUsd } = parse(Request, request);
  const { tenantId } = callerOf(call).identity;
  allowRpc(call, 'budget:write', tenantId);
  const settled = await budget.settle(deps.db, { taskId, tenantId }, costMicroUsd, call.signal);
  await tellChange(deps, settled);
  return { spentMicroUsd: settled.spentMicroUsd, remainingMicroUsd: settled.remainingMicroUsd };
};
