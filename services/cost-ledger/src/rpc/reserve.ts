import { z } from 'zod';
import type { Deps } from '../app.ts';
import * as budget from '../budget.ts';
import { MicroUsd, parse, TaskId, TenantId } from './parse.ts';

const Request = z.object({ tenantId: TenantId, taskId: TaskId, amountMicroUsd: MicroUsd });

export const reserve = (deps: Deps) => async (request: unknown) => {
  const reserved = await budget.reserve(deps.db, parse(Request, request), deps.defaultBudgetMicroUsd);
  await deps.cache.put(reserved);
  return { remainingMicroUsd: reserved.remainingMicroUsd };
};
