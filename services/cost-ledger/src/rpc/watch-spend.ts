import { allowRpc } from '@trace-mesh/access/grpc';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import { findBudget } from '../budget.ts';
import type { Deps } from '../deps.ts';
import { parse, TenantId } from './parse.ts';

const Request = z.object({ tenantId: TenantId, maxUpdates: z.number().int().nonnegative() });

/** Server stream: the budget after each change. Reads Postgres, not the Redis cache. */
export const watchSpend = (deps: Deps) =>
  async function* (request: unknown, call: RpcCall) {
    const { tenantId, maxUpdates } = parse(Request, request);
    allowRpc(call, 'budget:read', tenantId);
    let last: string | undefined;
    let sent = 0;
    for await (const _ of deps.changes.watch(tenantId, call.signal)) {
      const update = (await findBudget(deps.db, tenantId)) ?? initial(deps);
      const now = `${update.spentMicroUsd}/${update.remainingMicroUsd}`;
      if (now === last) continue;
      last = now;
      yield update;
      sent += 1;
      if (sent === maxUpdates) return;
    }
  };

const initial = (deps: Deps) => ({ spentMicroUsd: 0, remainingMicroUsd: deps.defaultBudgetMicroUsd });
