import type { RpcCall } from '@trace-mesh/tracing/grpc';
import { z } from 'zod';
import type { Deps } from '../app.ts';
import * as budget from '../budget.ts';
import { MicroUsd, parse, TaskId, TenantId } from './parse.ts';
import { tellChange } from './tell-change.ts';

const Request = z.object({ tenantId: TenantId, taskId: TaskId, amountMicroUsd: MicroUsd });

export const reserve =
  (deps: Deps) =>
  async (request: unknown, { signal }: RpcCall) => {
    const reservation = parse(Request, request);
    const reserved = await budget.reserve(deps.db, reservation, deps, signal);
    await tellChange(deps, reserved);
    const { taskId, amountMicroUsd } = reservation;
    deps.logger.info({ taskId, amountMicroUsd }, 'a cost was set aside');
    return { remainingMicroUsd: reserved.remainingMicroUsd };
  };
