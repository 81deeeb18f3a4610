// For tests: a worker with a real Postgres; ledger, Redis and model are doubles that record their calls.
import { randomUUID } from 'node:crypto';
import type { LedgerClient, LedgerConnection } from '@trace-mesh/cost-ledger/client';
import { startPostgres } from '@trace-mesh/postgres/testing';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { SQS_REDRIVE_ATTRIBUTE } from '@trace-mesh/runtime/sqs-redrive';
import { createLogger } from '@trace-mesh/tracing/logger';
import { createApp } from './app.ts';

const logger = createLogger({ write: () => {} });

const signal = new AbortController().signal;
export const delivery = (attempt: number, isLast = false) => ({
  attempt,
  isLast,
  message: {},
  stopping: signal,
  signal,
});
export const redriven = (letter: string, attempt = 1, isLast = false) => ({
  ...delivery(attempt, isLast),
  message: { MessageAttributes: { [SQS_REDRIVE_ATTRIBUTE]: { DataType: 'String', StringValue: letter } } },
});
export const first = delivery(1);
export const last = delivery(3, true);

export const ok = async () => 'fine';
export const fail = () => Promise.reject(new RangeError('a secret'));

/** Starts Postgres; `task` stores a task and returns it with the worker's handler. */
export async function startTasks() {
  const opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres());
  const db = opened.use(openDatabase(postgres.url, logger));

  async function task(answers: (() => Promise<string>)[]) {
    const taskId = randomUUID();
    await db.query(
      "INSERT INTO tasks (id, tenant_id, prompt, reserved_micro_usd) VALUES ($1, 'acme', 'p', 100)",
      [taskId],
    );
    const settled: [string, number][] = [];
    const reserved: [string, number][] = [];
    const announced: string[] = [];
    let modelCalls = 0;
    /** Run before the ledger's next settlements. */
    const faults: (() => Promise<void>)[] = [];
    const ledger = {
      reserve: async (r: { taskId: string; amountMicroUsd: number }) =>
        reserved.push([r.taskId, r.amountMicroUsd]),
      async settle(r: { taskId: string; costMicroUsd: number }) {
        await faults.shift()?.();
        settled.push([r.taskId, r.costMicroUsd]);
      },
    } as unknown as LedgerClient;
    const redis = {
      xadd: async () => '1-1',
      expire: async () => 1,
      publish: async (_: string, text: string) => announced.push(JSON.parse(text).data.status),
    } as unknown as RedisConnection;
    const model = {
      ask: async () => ({ text: await (answers[modelCalls++] ?? ok)(), costMicroUsd: 7 }),
    };
    const ledgers: LedgerConnection = {
      as: () => ledger,
      answers: async () => {},
      [Symbol.dispose]: () => {},
    };
    const tokens = { tokenFor: () => '', authorizationFor: () => '' };
    const deps = { db, redis, ledger: ledgers, tokens, model, logger };
    const handle = createApp(deps);
    const body = JSON.stringify({ taskId, tenantId: 'acme', prompt: 'p', maxTokens: 10 });
    const stored = async () => {
      const query = 'SELECT status, result, error FROM tasks WHERE id = $1';
      const { rows } = await db.query(query, [taskId]);
      return rows[0];
    };
    return {
      taskId,
      deps,
      handle,
      body,
      stored,
      settled,
      reserved,
      announced,
      faults,
      modelCalls: () => modelCalls,
    };
  }
  return { postgres, db, task, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
