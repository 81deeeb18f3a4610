// What callers requested and received, compared with the tasks in the database.
import type { ChaosMesh } from '../chaos-mesh.ts';
import type { Load } from '../load.ts';
import type { Asked } from '../request-log.ts';
import type { Violation } from '../violation.ts';

export interface StoredTask {
  taskId: string;
  status: string;
  result: string | null;
  costMicroUsd: number | null;
  /** What its run was charged under. */
  chargeId: string;
  failureCode: string | undefined;
  /** The trace in which the work on it began. */
  traceId: string | null;
}

/** Every task of the load's tenants, by id. */
export async function readTasks(
  { db }: ChaosMesh,
  { tenantIds }: Pick<Load, 'tenantIds'>,
): Promise<Map<string, StoredTask>> {
  const { rows } = await db.query(
    `SELECT id, status, result, cost_micro_usd, COALESCE(charge_id, id) AS charge_id, failure->>'code' AS code, trace_id
     FROM tasks WHERE tenant_id = ANY($1)`,
    [tenantIds],
  );
  const tasks = rows.map(
    (row): StoredTask => ({
      taskId: row.id,
      status: row.status,
      result: row.result,
      costMicroUsd: row.cost_micro_usd === null ? null : Number(row.cost_micro_usd),
      chargeId: row.charge_id,
      failureCode: row.code ?? undefined,
      traceId: row.trace_id,
    }),
  );
  return new Map(tasks.map((task) => [task.taskId, task]));
}

/** The traces in which the work on the load's tasks began. */
export async function traceIdsOf(mesh: ChaosMesh, load: Load): Promise<string[]> {
  return [...(await readTasks(mesh, load)).values()].flatMap(({ traceId }) => traceId ?? []);
}

/** Each task has ended, for a reason that the fault allows, and its caller received the same. */
export function checkTasks(
  asked: readonly Asked[],
  stored: ReadonlyMap<string, StoredTask>,
  mayFail: readonly string[],
): Violation[] {
  const unknown = [...stored.keys()].filter((id) => !asked.some(({ taskId }) => taskId === id));
  return [
    ...unknown.map((subject) => ({
      promise: 'no task is run that no caller requested',
      subject,
      seen: 'a task',
    })),
    ...asked.flatMap((one) => checkTask(one, stored.get(one.taskId), mayFail)),
  ];
}

function checkTask(
  { taskId, end, gaveUp, failures, way }: Asked,
  task: StoredTask | undefined,
  mayFail: readonly string[],
): Violation[] {
  const breach = (promise: string, seen: string): Violation[] => {
    const before = failures.length > 0 ? ` (${way}; before: ${failures.join(', ')})` : ` (${way})`;
    return [{ promise, subject: `task ${taskId}`, seen: seen + before }];
  };
  const stored = task ? `it is ${task.status}, ${task.failureCode ?? 'without failure'}` : 'it is not stored';
  if (!end)
    return breach('a caller is notified of the end of its task', `${gaveUp ?? 'nothing yet'}; ${stored}`);
  if (!task) return breach('an accepted task is stored', stored);
  if (task.status !== end.status || task.result !== end.result || task.costMicroUsd !== end.costMicroUsd) {
    const { status, costMicroUsd, via } = end;
    return breach(
      'a task ends as its caller was notified',
      `told ${status} for ${costMicroUsd} by ${via}; ${stored}`,
    );
  }
  if (task.status === 'failed' && !mayFail.includes(task.failureCode ?? '')) {
    return breach('a fault of what a task stands on does not fail the task', stored);
  }
  return [];
}

/** A refused caller is informed that a repetition makes sense. */
export function checkRefusals(asked: readonly Asked[]): Violation[] {
  return asked
    .filter(({ failures }) => failures.includes('500'))
    .map(({ taskId, failures }) => ({
      promise: 'what is out of reach is answered 503, never as an internal error',
      subject: `task ${taskId}`,
      seen: failures.join(', '),
    }));
}

/** No event came twice, and never one end after another. */
export function checkPushes(asked: readonly Asked[]): Violation[] {
  return asked.flatMap(({ taskId, received }) => {
    const subject = `task ${taskId}`;
    const ids = received.flatMap(({ eventId }) => (eventId === undefined ? [] : [eventId]));
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    const ends = received.filter(({ status }) => status !== 'running');
    // A worker that died right after it had announced an end announces it again, as a new event with the same content.
    const words = new Set(
      ends.map(({ status, result, costMicroUsd }) => `${status} ${costMicroUsd} ${result}`),
    );
    return [
      ...(twice.length > 0
        ? [{ promise: 'an event is pushed once', subject, seen: `twice: ${twice.join(', ')}` }]
        : []),
      ...(words.size > 1
        ? [{ promise: 'a task ends once', subject, seen: `told: ${[...words].join('; then ')}` }]
        : []),
    ];
  });
}
