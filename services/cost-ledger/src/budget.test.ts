// Reserving and settling against a real Postgres: what each call answers, and what it leaves.
import { randomUUID } from 'node:crypto';
import { startPostgres } from '@trace-mesh/postgres/testing';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, describe, expect, it } from 'vitest';
import { reserve, settle } from './budget.ts';

const opened = new AsyncDisposableStack();
const { url } = opened.use(await startPostgres());
const db = opened.use(openDatabase(url, createLogger({ write: () => undefined })));
afterAll(() => opened.disposeAsync());

const terms = { defaultBudgetMicroUsd: 1_000, expirySeconds: 60 };
const never = new AbortController().signal;

/** A new tenant, with calls for it. */
function newTenant() {
  const tenantId = randomUUID();
  return {
    reserve: (amountMicroUsd: number, taskId = randomUUID(), costLimitMicroUsd?: number, signal = never) =>
      reserve(db, { tenantId, taskId, amountMicroUsd, costLimitMicroUsd }, terms, signal),
    settle: (taskId: string, cost: number) => settle(db, { taskId, tenantId }, cost, never),
    async stored() {
      const { rows } = await db.query('SELECT * FROM budgets WHERE tenant_id = $1', [tenantId]);
      return [Number(rows[0]?.reserved_micro_usd ?? 0), Number(rows[0]?.spent_micro_usd ?? 0)];
    },
  };
}
const isRefused = (reason: string) => ({ name: 'RpcError', reason });

describe('a reservation', () => {
  it('is made once for each task, also by concurrent calls', async () => {
    const tenant = newTenant();
    const taskId = randomUUID();
    const calls = Array.from({ length: 8 }, () => tenant.reserve(10, taskId));
    for (const budget of await Promise.all(calls)) expect(budget.remainingMicroUsd).toBe(990);
    expect(await tenant.stored()).toEqual([10, 0]);
  });

  it('that the budget or the cost limit does not cover stores nothing', async () => {
    const tenant = newTenant();
    await expect(tenant.reserve(1_001)).rejects.toMatchObject(isRefused('over_budget'));
    await tenant.reserve(600);
    await expect(tenant.reserve(401)).rejects.toMatchObject(isRefused('over_budget'));
    await expect(tenant.reserve(100, randomUUID(), 650)).rejects.toMatchObject(isRefused('over_budget'));
    expect(await tenant.stored()).toEqual([600, 0]);
  });

  it("for another tenant's task is refused", async () => {
    const taskId = randomUUID();
    await newTenant().reserve(1, taskId);
    await expect(newTenant().reserve(1, taskId)).rejects.toMatchObject(isRefused('task_id_taken'));
  });

  it('whose caller leaves meanwhile holds nothing, and can be made again', async () => {
    const tenant = newTenant();
    const taskId = randomUUID();
    const caller = new AbortController();
    const reserving = tenant.reserve(10, taskId, undefined, caller.signal);
    caller.abort(new Error('gone'));
    await expect(reserving).rejects.toThrow('gone');
    expect(await tenant.stored()).toEqual([0, 0]);
    expect((await tenant.reserve(10, taskId)).remainingMicroUsd).toBe(990);
  });
});

describe('a settlement', () => {
  it('replaces the reservation by the cost, once', async () => {
    const tenant = newTenant();
    const taskId = randomUUID();
    await tenant.reserve(100, taskId);
    expect(await tenant.settle(taskId, 40)).toMatchObject({ spentMicroUsd: 40, remainingMicroUsd: 960 });
    expect(await tenant.settle(taskId, 70)).toMatchObject({ spentMicroUsd: 40, remainingMicroUsd: 960 });
    expect(await tenant.stored()).toEqual([0, 40]);
  });

  it("of another tenant's task is refused", async () => {
    const taskId = randomUUID();
    await newTenant().reserve(1, taskId);
    await expect(newTenant().settle(taskId, 1)).rejects.toMatchObject(isRefused('not_found'));
  });
});
