import { status } from '@grpc/grpc-js';
import { allowRpc, callerOf } from '@trace-mesh/access/grpc';
import { type RpcCall, RpcError } from '@trace-mesh/runtime/grpc';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { storeUsage, UsageRecord } from '../usage.ts';
import { parse } from './parse.ts';

/** The most records of one stream. */
export const MAX_USAGE_RECORDS = 1_000;

const Request = z.object({ record: UsageRecord.nullable(), total: z.number().int().nonnegative() });

/** Client stream: stores nothing before the total has arrived, so that an interrupted stream leaves nothing. */
export const recordUsage = (deps: Deps) => async (requests: AsyncIterable<unknown>, call: RpcCall) => {
  const { tenantId } = callerOf(call).identity;
  allowRpc(call, 'budget:write', tenantId);
  const records: UsageRecord[] = [];
  let total: number | undefined;
  for await (const request of requests) {
    const message = parse(Request, request);
    if (!message.record) total = message.total;
    else if (records.length < MAX_USAGE_RECORDS) records.push(message.record);
    else throw new RpcError(status.RESOURCE_EXHAUSTED, `at most ${MAX_USAGE_RECORDS} records in one stream`);
  }
  if (total !== records.length) {
    throw new RpcError(
      status.INVALID_ARGUMENT,
      `received ${records.length} records for a total of ${total ?? 'none'}`,
    );
  }
  call.signal.throwIfAborted();
  const stored = await storeUsage(deps.db, records, tenantId);
  const sum = (field: 'inputTokens' | 'outputTokens' | 'costMicroUsd') =>
    records.reduce((subtotal, record) => subtotal + record[field], 0);
  return {
    records: records.length,
    stored,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    costMicroUsd: sum('costMicroUsd'),
  };
};
