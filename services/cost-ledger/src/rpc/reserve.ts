import { z } from 'zod';
import type { Deps } from '../app.ts';
import * as budget from '../budget.ts';
import { MicroUsd, parse, TaskId, TenantId } from './parse.ts';

const Request = z.object({ tenantId: TenantId, taskId: TaskId, amountMicroUsd: MicroUsd });

export const reserve = (deps: Deps) => async (request: unknown) => {
  const wanted = parse(Request, request);
  const reserved = await budget.reserve(deps.db, wanted, deps.defaultBudgetMicroUsd);
  await deps.cache.put(reserved);
  deps.logger.info({ taskId: wanted.taskId, amountMicroUsd: wanted.amountMicroUsd }, 'a cost was set aside');
  return { remainingMicroUsd: reserved.remainingMicroUsd };
};
