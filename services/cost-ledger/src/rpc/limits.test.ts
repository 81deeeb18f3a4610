// The limits of the ledger's streams, with an empty database.
import { randomUUID } from 'node:crypto';
import { Metadata, status } from '@grpc/grpc-js';
import type { Caller } from '@trace-mesh/access/caller';
import { rpcGate } from '@trace-mesh/access/grpc';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import type { RpcCall } from '@trace-mesh/runtime/grpc';
import { describe, expect, it } from 'vitest';
import type { Deps } from '../deps.ts';
import { MAX_OFFERS, negotiate } from './negotiate.ts';
import { MAX_USAGE_RECORDS, recordUsage } from './record-usage.ts';

const call: RpcCall = {
  signal: new AbortController().signal,
  timeoutMs: () => Number.POSITIVE_INFINITY,
  metadata: new Metadata(),
  peer: 'test',
};
const caller: Caller = { identity: { tenantId: 'acme', userId: 'ada', scopes: ['budget:write'] } };
await rpcGate({ authenticator: { authenticate: () => caller }, limiter: createRateLimiter(1) })(call);

const deps = {
  db: { query: async () => ({ rows: [], rowCount: 0 }) },
  defaultBudgetMicroUsd: 500,
} as unknown as Deps;

async function* times<T>(count: number, make: () => T): AsyncGenerator<T> {
  for (let i = 0; i < count; i += 1) yield make();
}

describe('a stream of usage records', () => {
  const record = () => ({
    recordId: randomUUID(),
    taskId: randomUUID(),
    model: 'm',
    inputTokens: 2,
    outputTokens: 1,
    costMicroUsd: 3,
  });
  async function* upload(count: number, total: number | undefined) {
    for (let i = 0; i < count; i += 1) yield { record: record(), total: 0 };
    if (total !== undefined) yield { record: null, total };
  }

  it('may have a thousand records and no more', async () => {
    expect(MAX_USAGE_RECORDS).toBe(1_000);
    const sums = { records: 1_000, inputTokens: 2_000, outputTokens: 1_000, costMicroUsd: 3_000 };
    expect(await recordUsage(deps)(upload(1_000, 1_000), call)).toMatchObject(sums);
    await expect(recordUsage(deps)(upload(1_001, 1_001), call)).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
  });

  it.each([undefined, 1, 3])('with two records and the total %s is refused', async (total) => {
    await expect(recordUsage(deps)(upload(2, total), call)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });
});

it('a negotiation may have sixteen offers and no more', async () => {
  const offer = { tenantId: 'acme', taskId: randomUUID(), offerMicroUsd: 900, final: false };
  expect(MAX_OFFERS).toBe(16);
  const answers: unknown[] = [];
  const negotiating = async () => {
    for await (const answer of negotiate(deps)(
      times(17, () => offer),
      call,
    ))
      answers.push(answer);
  };
  await expect(negotiating()).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(answers).toHaveLength(16);
  expect(answers[0]).toEqual({ holdsMicroUsd: 500, reserved: false, remainingMicroUsd: 500 });
});
