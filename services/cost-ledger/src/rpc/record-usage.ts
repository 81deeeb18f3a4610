import { status } from '@grpc/grpc-js';
import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import { type RpcCall, RpcError } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { storeUsage, type UsageRecord as Usage } from '../usage.ts';
import { MicroUsd, parse, TaskId } from './parse.ts';

/** How many records one stream may bring. */
export const MAX_USAGE_RECORDS = 1_000;

const Tokens = z.number().int().nonnegative();
const UsageRecord = z.object({
  recordId: z.uuid(),
  taskId: TaskId,
  model: z.string().min(1).max(128),
  inputTokens: Tokens,
  outputTokens: Tokens,
  costMicroUsd: MicroUsd,
});
const Request = z.object({ record: UsageRecord.nullable(), total: z.number().int().nonnegative() });

/** Client stream: nothing is stored before the total has come, so a stream that breaks off leaves nothing. */
export const recordUsage = (deps: Deps) => async (requests: AsyncIterable<unknown>, call: RpcCall) => {
  const { tenantId } = callerOf(call).identity;
  allowRpc(call, 'budget:write', tenantId);
  const records: Usage[] = [];
  let announced: number | undefined;
  for await (const request of requests) {
    const { record, total } = parse(Request, request);
    if (!record) announced = total;
    else if (records.length < MAX_USAGE_RECORDS) records.push(record);
    else throw new RpcError(status.RESOURCE_EXHAUSTED, `at most ${MAX_USAGE_RECORDS} records in one stream`);
  }
  if (announced !== records.length) {
    const said = announced === undefined ? 'without a total' : `for a total of ${announced}`;
    throw new RpcError(status.INVALID_ARGUMENT, `${records.length} records came ${said}`);
  }
  call.signal.throwIfAborted();
  const stored = await storeUsage(deps.db, records, tenantId);
  return {
    records: records.length,
    stored,
    inputTokens: sum(records, 'inputTokens'),
    outputTokens: sum(records, 'outputTokens'),
    costMicroUsd: sum(records, 'costMicroUsd'),
  };
};

function sum(records: Usage[], field: 'inputTokens' | 'outputTokens' | 'costMicroUsd'): number {
  return records.reduce((total, record) => total + record[field], 0);
}
