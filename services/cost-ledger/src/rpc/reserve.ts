import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import * as budget from '../budget.ts';
import { publishBudget } from '../budget-changes.ts';
import type { Deps } from '../deps.ts';
import { MicroUsd, parse, TaskId, TenantId } from './parse.ts';

const Request = z.object({ tenantId: TenantId, taskId: TaskId, amountMicroUsd: MicroUsd });

/** Unary: reserves the cost of a task. Idempotent. */
export const reserve = (deps: Deps) => async (request: unknown, call: RpcCall) => {
  const reservation = parse(Request, request);
  allowRpc(call, 'budget:write', reservation.tenantId);
  const { costLimitMicroUsd } = callerOf(call).identity;
  const limited = { ...reservation, costLimitMicroUsd };
  const reserved = await budget.reserve(deps.db, limited, deps, call.signal);
  await publishBudget(deps, reserved);
  const { taskId, amountMicroUsd } = reservation;
  deps.logger.info({ taskId, amountMicroUsd }, 'cost reserved');
  return { remainingMicroUsd: reserved.remainingMicroUsd };
};
