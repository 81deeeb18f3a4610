import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import * as budget from '../budget.ts';
import { publishBudget } from '../budget-changes.ts';
import type { Deps } from '../deps.ts';
import { MicroUsd, parse, TaskId } from './parse.ts';

const Request = z.object({ taskId: TaskId, costMicroUsd: MicroUsd });

/** Unary: replaces the reservation by the real cost. Idempotent. */
export const settle = (deps: Deps) => async (request: unknown, call: RpcCall) => {
  const { taskId, costMicroUsd } = parse(Request, request);
  const { tenantId } = callerOf(call).identity;
  allowRpc(call, 'budget:write', tenantId);
  const settled = await budget.settle(deps.db, { taskId, tenantId }, costMicroUsd, call.signal);
  await publishBudget(deps, settled);
  return { spentMicroUsd: settled.spentMicroUsd, remainingMicroUsd: settled.remainingMicroUsd };
};
