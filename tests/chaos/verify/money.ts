// Money: one settled reservation for each task, of what the task cost, and budgets that add up to the last micro-USD.

import type { ChaosMesh } from '../chaos-mesh.ts';
import type { Load } from '../load.ts';
import type { Violation } from '../violation.ts';
import type { StoredTask } from './tasks.ts';

export async function checkMoney(
  { db }: ChaosMesh,
  { tenantIds }: Load,
  stored: ReadonlyMap<string, StoredTask>,
): Promise<Violation[]> {
  const { rows } = await db.query(
    'SELECT task_id, settled_micro_usd FROM reservations WHERE tenant_id = ANY($1)',
    [tenantIds],
  );
  const settled = new Map<string, number | null>(
    rows.map((row) => [row.task_id, row.settled_micro_usd === null ? null : Number(row.settled_micro_usd)]),
  );
  const charges = new Map([...stored.values()].map((task) => [task.chargeId, task]));
  const missing = [...charges].filter(([chargeId]) => !settled.has(chargeId));
  return [
    ...missing.map(([, { taskId }]) => breach(`task ${taskId}`, 'nothing was ever set aside for it')),
    ...[...settled].flatMap(([id, micros]) => checkCharge(id, micros, charges.get(id))),
    ...(await checkSums(db, tenantIds)),
  ];
}

const breach = (subject: string, seen: string): Violation => {
  return { promise: 'a task is charged once, with its cost', subject, seen };
};

function checkCharge(id: string, settled: number | null, task: StoredTask | undefined): Violation[] {
  const subject = task ? `task ${task.taskId}` : `charge ${id}`;
  if (settled === null) return [breach(subject, 'its reservation is still open')];
  // Without a task there was nothing to pay for; one that failed costs nothing.
  const cost = task?.costMicroUsd ?? 0;
  return settled === cost ? [] : [breach(subject, `charged ${settled}, its cost is ${cost}`)];
}

async function checkSums(db: ChaosMesh['db'], tenantIds: readonly string[]): Promise<Violation[]> {
  const { rows } = await db.query(
    `SELECT tenant_id, b.reserved_micro_usd AS reserved, b.spent_micro_usd AS spent,
       COALESCE(sum(r.reserved_micro_usd) FILTER (WHERE r.settled_micro_usd IS NULL), 0) AS open,
       COALESCE(sum(r.settled_micro_usd), 0) AS settled
     FROM budgets b LEFT JOIN reservations r USING (tenant_id)
     WHERE tenant_id = ANY($1) GROUP BY tenant_id`,
    [tenantIds],
  );
  return rows
    .filter((row) => BigInt(row.reserved) !== BigInt(row.open) || BigInt(row.spent) !== BigInt(row.settled))
    .map(({ tenant_id, reserved, open, spent, settled }) => ({
      promise: 'a budget adds up exactly',
      subject: `tenant ${tenant_id}`,
      seen: `reserved ${reserved}, open reservations ${open}; spent ${spent}, settled ${settled}`,
    }));
}
