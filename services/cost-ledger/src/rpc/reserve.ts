import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import * as budget from '../budget.ts';
import type { Deps } from '../deps.ts';
import { MicroUsd, parse, TaskId, TenantId } from './parse.ts';
import { tellChange } from './tell-change.ts';

const Request = z.object({ tenantId: TenantId, taskId: TaskId, amountMicroUsd: MicroUsd });

/** Unary: sets a task's cost aside, and tells whoever watches; asked again, it leaves what is set aside as it is. */
export const reserve = (deps: Deps) => async (request: unknown, call: RpcCall) => {
  const reservation = parse(Request, request);
  allowRpc(call, 'budget:write', reservation.tenantId);
  const { costLimitMicroUsd } = callerOf(call).identity;
  const limited = { ...reservation, costLimitMicroUsd };
  const reserved = await budget.reserve(deps.db, limited, deps, call.signal);
  await tellChange(deps, reserved);
  const { taskId, amountMicroUsd } = reservation;
  deps.logger.info({ taskId, amountMicroUsd }, 'a cost was set aside');
  return { remainingMicroUsd: reserved.remainingMicroUsd };
};
