import { status } from '@grpc/grpc-js';
import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import { type RpcCall, RpcError } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import * as budget from '../budget.ts';
import { publishBudget } from '../budget-changes.ts';
import type { Deps } from '../deps.ts';
import { MicroUsd, parse, TaskId, TenantId } from './parse.ts';

export const MAX_OFFERS = 16;

const Request = z.object({
  tenantId: TenantId,
  taskId: TaskId,
  offerMicroUsd: MicroUsd,
  final: z.boolean(),
});
type Offer = z.infer<typeof Request>;

/** Bidi: answers each offer with how much of it the ledger could hold; reserves the final one if it still fits. */
export const negotiate = (deps: Deps) =>
  async function* (requests: AsyncIterable<unknown>, call: RpcCall) {
    let offers = 0;
    for await (const request of requests) {
      offers += 1;
      if (offers > MAX_OFFERS) throw new RpcError(status.RESOURCE_EXHAUSTED, `at most ${MAX_OFFERS} offers`);
      const offer = parse(Request, request);
      allowRpc(call, 'budget:write', offer.tenantId);
      const reserved = offer.final ? await tryReserve(deps, offer, call) : undefined;
      if (reserved) {
        const { remainingMicroUsd } = reserved;
        yield { holdsMicroUsd: offer.offerMicroUsd, reserved: true, remainingMicroUsd };
        return;
      }
      const remainingMicroUsd = await remaining(deps, offer.tenantId);
      const holdsMicroUsd = Math.min(offer.offerMicroUsd, remainingMicroUsd);
      yield { holdsMicroUsd, reserved: false, remainingMicroUsd };
    }
  };

/** The budget after the reservation; undefined if it is too small for the offer. */
async function tryReserve(deps: Deps, offer: Offer, call: RpcCall): Promise<budget.Budget | undefined> {
  const { tenantId, taskId, offerMicroUsd: amountMicroUsd } = offer;
  const { costLimitMicroUsd } = callerOf(call).identity;
  try {
    const reservation = { tenantId, taskId, amountMicroUsd, costLimitMicroUsd };
    const reserved = await budget.reserve(deps.db, reservation, deps, call.signal);
    await publishBudget(deps, reserved);
    return reserved;
  } catch (error) {
    if (error instanceof RpcError && error.code === status.RESOURCE_EXHAUSTED) return undefined;
    throw error;
  }
}

async function remaining(deps: Deps, tenantId: string): Promise<number> {
  return (await budget.findBudget(deps.db, tenantId))?.remainingMicroUsd ?? deps.defaultBudgetMicroUsd;
}
