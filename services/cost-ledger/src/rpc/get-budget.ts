import { allowRpc } from '@trace-mesh/access/grpc';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import { findBudget } from '../budget.ts';
import type { Deps } from '../deps.ts';
import { parse, TenantId } from './parse.ts';

const Request = z.object({ tenantId: TenantId });

/** Unary: reads the cache, then Postgres; a new tenant has the default budget. */
export const getBudget = (deps: Deps) => async (request: unknown, call: RpcCall) => {
  const { tenantId } = parse(Request, request);
  allowRpc(call, 'budget:read', tenantId);
  const cached = await deps.cache.get(tenantId);
  if (cached) return cached;
  const stored = await findBudget(deps.db, tenantId);
  if (!stored) return { spentMicroUsd: 0, remainingMicroUsd: deps.defaultBudgetMicroUsd };
  await deps.cache.put(stored);
  return stored;
};
