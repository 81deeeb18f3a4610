// The ledger's sums under concurrency and failures: the reserved amount is the sum of the open reservations, the spent amount
// the sum of the settled ones, with the ledger and Postgres killed midway.
import { randomUUID } from 'node:crypto';
import { connectLedger, type LedgerConnection } from '@trace-mesh/cost-ledger/client';
import { type Database, openDatabase } from '@trace-mesh/runtime/postgres';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { tokens } from '../../tokens.ts';
import { mesh, part } from './mesh.ts';

const logger = createLogger({ write: () => undefined });
const opened = new AsyncDisposableStack();
const eventually = { timeout: 30_000, interval: 100 };
let db: Database;
let connection: LedgerConnection;
const ledgerOf = (tenantId: string) => connection.as(tokens.bearer({ tenantId }));

beforeAll(async () => {
  const { DATABASE_URL = '' } = part('migrations').spec.env;
  db = opened.use(openDatabase(DATABASE_URL, logger));
  connection = opened.use(connectLedger(mesh.endpoints['cost-ledger']));
}, 60_000);
afterAll(() => opened.disposeAsync());

/** Every budget, stored and computed from its reservations. */
async function sums() {
  const { rows } = await db.query(
    `SELECT b.tenant_id, b.reserved_micro_usd AS reserved, b.spent_micro_usd AS spent,
       COALESCE(sum(r.reserved_micro_usd) FILTER (WHERE r.settled_micro_usd IS NULL AND r.expired_at IS NULL), 0) AS open,
       COALESCE(sum(r.settled_micro_usd), 0) AS settled
     FROM budgets b LEFT JOIN reservations r USING (tenant_id) GROUP BY b.tenant_id`,
  );
  return rows as { tenant_id: string; reserved: string; spent: string; open: string; settled: string }[];
}
async function expectSums(): Promise<void> {
  for (const { reserved, open, spent, settled } of await sums()) {
    expect({ reserved: Number(reserved), spent: Number(spent) }).toEqual({
      reserved: Number(open),
      spent: Number(settled),
    });
  }
}
/** Expires a reservation as if its caller had died; the next sweep releases it. */
const expire = (taskId: string) =>
  db.query("UPDATE reservations SET expires_at = now() - interval '1 second' WHERE task_id = $1", [taskId]);
const isExpired = async (taskId: string) => {
  const { rows } = await db.query('SELECT expired_at FROM reservations WHERE task_id = $1', [taskId]);
  expect(rows[0]?.expired_at).not.toBeNull();
};

it('50 concurrent reservations: exactly as many succeed as the budget covers', async () => {
  const tenantId = `ten-${randomUUID()}`;
  const ledger = ledgerOf(tenantId);
  const { remainingMicroUsd } = await ledger.getBudget(tenantId);
  await ledger.reserve({ tenantId, taskId: randomUUID(), amountMicroUsd: remainingMicroUsd - 10_999 });
  const calls = Array.from({ length: 50 }, () =>
    ledger.reserve({ tenantId, taskId: randomUUID(), amountMicroUsd: 1_000 }),
  );
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect((await ledger.getBudget(tenantId)).remainingMicroUsd).toBe(999);
  await expectSums();
});

it('an expired reservation is released; a late settlement is charged once, and reserving again holds the amount again', async () => {
  const tenantId = `late-${randomUUID()}`;
  const ledger = ledgerOf(tenantId);
  const [late, again] = [randomUUID(), randomUUID()];
  await ledger.reserve({ tenantId, taskId: late, amountMicroUsd: 5_000 });
  const full = (await ledger.reserve({ tenantId, taskId: again, amountMicroUsd: 3_000 })) + 8_000;
  for (const taskId of [late, again]) await expire(taskId);
  await vi.waitFor(() => Promise.all([late, again].map(isExpired)), eventually);
  expect((await ledger.getBudget(tenantId)).remainingMicroUsd).toBe(full);

  expect(await ledger.settle({ taskId: late, costMicroUsd: 4_000 })).toBe(full - 4_000);
  expect(await ledger.settle({ taskId: late, costMicroUsd: 4_000 })).toBe(full - 4_000);
  expect(await ledger.reserve({ tenantId, taskId: again, amountMicroUsd: 3_000 })).toBe(full - 7_000);
  expect(await ledger.settle({ taskId: again, costMicroUsd: 1_000 })).toBe(full - 5_000);
  await expectSums();
}, 60_000);

it('the sums hold after hundreds of concurrent calls with repeats, expiries and killed processes', async () => {
  const tenants = Array.from({ length: 3 }, () => `many-${randomUUID()}`);
  const choose = (below: number) => Math.floor(Math.random() * below);
  let refused = 0;
  async function life(tenantId: string): Promise<void> {
    const ledger = ledgerOf(tenantId);
    const reservation = { tenantId, taskId: randomUUID(), amountMicroUsd: 1 + choose(1_000) };
    const charge = { taskId: reservation.taskId, costMicroUsd: choose(1_500) };
    const steps = [
      () => ledger.reserve(reservation),
      () => (choose(3) ? undefined : expire(charge.taskId)),
      () => ledger.settle(charge),
      () => (choose(2) ? ledger.settle({ ...charge, costMicroUsd: 7 }) : ledger.reserve(reservation)),
    ];
    // Some callers stop early, with an open or a settled reservation.
    for (const step of steps.slice(0, 1 + choose(steps.length))) {
      try {
        await step();
      } catch {
        refused += 1;
      }
    }
  }
  const lives = Array.from({ length: 400 }, () => life(tenants[choose(3)] ?? ''));
  for (const name of ['cost-ledger', 'postgres', 'cost-ledger']) {
    await part(name).kill();
    await part(name).start();
  }
  await Promise.all(lives);
  // An interrupted call may still run on the server.
  await vi.waitFor(expectSums, eventually);
  expect(refused).toBeGreaterThan(0);
  const all = await sums();
  expect(all.reduce((total, { settled }) => total + Number(settled), 0)).toBeGreaterThan(0);
}, 120_000);
