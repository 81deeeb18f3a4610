// The outbox with a real Postgres and a local queue: once in the normal case, at least once after a failure.
import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, type SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { startPostgres } from '@trace-mesh/postgres/testing';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { createLogger } from '@trace-mesh/tracing/logger';
import { startQueues } from '@trace-mesh/tracing/sqs-fixture';
import { receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RELAY_BATCH, relayOutbox } from './outbox.ts';
import { readOutbox } from './outbox-metrics.ts';
import { insertTask } from './tasks.ts';

const logger = createLogger({ write: () => {} });
const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

const { sqs, newQueue } = await startQueues();

async function open() {
  const { url } = opened.use(await startPostgres());
  const db = opened.use(openDatabase(url, logger));
  const { queue } = await newQueue();
  return { db, sqs, queue };
}
let at: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  at = await open();
}, 60_000);
beforeEach(() => at.db.query('TRUNCATE outbox'));

const relay = (sqs: SQSClient = at.sqs) => relayOutbox(at.db, sqs, at.queue, logger);

async function announce(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const work = {
    tenantId: 'acme',
    userId: 'ada',
    mode: 'converse' as const,
    prompt: 'p',
    maxTokens: 1,
    reservedMicroUsd: 1,
  };
  for (const taskId of ids) await insertTask(at.db, { ...work, taskId }, { queue: at.queue.name });
  return ids;
}

/** The task ids of all messages in the queue, in order; takes the messages out. */
async function drain(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const deliveries = await receiveMessages(at.sqs, at.queue, { waitSeconds: 0 });
    if (deliveries.length === 0) return ids;
    for (const { message } of deliveries) {
      ids.push(JSON.parse(message.Body ?? '{}').taskId);
      const { ReceiptHandle } = message;
      await at.sqs.send(new DeleteMessageCommand({ QueueUrl: at.queue.url, ReceiptHandle }));
    }
  }
}

const unsent = async () =>
  (await at.db.query('SELECT body FROM outbox WHERE sent_at IS NULL ORDER BY id')).rows.map(
    (r) => r.body.taskId,
  );

/** Resolves when the server has ended the broken connections, whose rows are locked until then. */
const unlocked = () => {
  const broken = "SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
  return expect.poll(async () => (await at.db.query(broken)).rows, { timeout: 10_000 }).toEqual([]);
};

/** The queue's client with `send` wrapped. */
const around = (send: (pass: () => Promise<unknown>, command: SendMessageBatchCommand) => Promise<unknown>) =>
  ({
    send: (command: SendMessageBatchCommand) => send(() => at.sqs.send(command), command),
  }) as unknown as SQSClient;

describe('the outbox', () => {
  it('sends every row exactly once, at most `RELAY_BATCH` at a time', async () => {
    const ids = await announce(RELAY_BATCH + 3);
    expect([await relay(), await relay(), await relay()]).toEqual([RELAY_BATCH, 3, 0]);
    expect(await drain()).toEqual(ids);
  });

  it('sends each row once with two concurrent relays', async () => {
    const ids = await announce(RELAY_BATCH * 2);
    expect(await Promise.all([relay(), relay()])).toEqual([RELAY_BATCH, RELAY_BATCH]);
    expect((await drain()).toSorted()).toEqual(ids.toSorted());
  });

  it('sends rows again that were sent but not marked, after a crash', async () => {
    const ids = await announce(2);
    const dies = around(async (pass) => {
      const answer = await pass();
      // Like a crashed process: the connection ends, and the transaction is never committed. Waits up to 5 s for its end.
      await at.db.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE pid <> pg_backend_pid() AND state = 'idle in transaction'`,
      );
      return answer;
    });
    await expect(relay(dies)).rejects.toThrow();
    expect(await unsent()).toEqual(ids);
    expect(await relay()).toBe(2);
    expect(await drain()).toEqual([...ids, ...ids]);
  });

  it('marks only accepted messages, and delays the refused ones', async () => {
    const [first = '', second = '', third = ''] = await announce(3);
    const picky = around(async (pass, command) => {
      const entries = command.input.Entries ?? [];
      command.input.Entries = entries.filter(({ MessageBody }) => !MessageBody?.includes(second));
      const Id = entries.find(({ MessageBody }) => MessageBody?.includes(second))?.Id;
      const answer = (await pass()) as object;
      return { ...answer, Failed: [{ Id, Code: 'InternalError', SenderFault: false }] };
    });
    expect(await relay(picky)).toBe(2);
    expect(await unsent()).toEqual([second]);
    expect(await relay()).toBe(0); // the refused row waits and blocks no other
    await at.db.query('UPDATE outbox SET not_before = now()');
    expect(await relay()).toBe(1);
    expect(await drain()).toEqual([first, third, second]);
  });

  it('has as metrics the number of unsent messages and the age of the oldest, 0 once all are sent', async () => {
    const gauges = (unsent: number, age: unknown) => ({
      'mesh.outbox.messages.unsent': unsent,
      'mesh.outbox.oldest.age': age,
    });
    expect(await readOutbox(at.db, at.queue)).toEqual(gauges(0, 0));
    await announce(2);
    await at.db.query(`UPDATE outbox SET created_at = now() - interval '90 seconds'
      WHERE id = (SELECT min(id) FROM outbox)`);
    const { 'mesh.outbox.oldest.age': age, ...rest } = await readOutbox(at.db, at.queue);
    expect(rest).toEqual({ 'mesh.outbox.messages.unsent': 2 });
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(120);
    expect(await readOutbox(at.db, { name: 'another' })).toEqual(gauges(0, 0));
    expect(await relay()).toBe(2);
    expect(await readOutbox(at.db, at.queue)).toEqual(gauges(0, 0));
    await drain();
  });

  it('keeps every row while the queue is unreachable, and sends them without delay afterwards', async () => {
    const ids = await announce(2);
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (let second = 0; second < 5; second++) {
      await expect(relay(around(() => Promise.reject(refused)))).rejects.toBe(refused);
      await unlocked();
    }
    expect(await unsent()).toEqual(ids);
    expect(await relay()).toBe(2);
    expect(await drain()).toEqual(ids);
  });

  it('marks what was sent before the queue became unreachable, and sends the rest without delay', async () => {
    const ids = await announce(12);
    let requests = 0;
    const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const breaks = around((pass) => (++requests === 1 ? pass() : Promise.reject(down)));
    expect(await relay(breaks)).toBe(10);
    expect(await relay()).toBe(2);
    expect(await drain()).toEqual(ids);
  });

  it('keeps and delays every row if the queue refuses the whole batch', async () => {
    const ids = await announce(2);
    expect(await relay(around(() => Promise.reject(new Error('access denied'))))).toBe(0);
    expect(await relay()).toBe(0);
    expect(await unsent()).toEqual(ids);
  });

  it('stores no second message for a task id that exists', async () => {
    const [taskId = ''] = await announce(1);
    const again = {
      taskId,
      tenantId: 'acme',
      userId: 'ada',
      prompt: 'p',
      maxTokens: 1,
      mode: 'converse',
      reservedMicroUsd: 1,
    } as const;
    await insertTask(at.db, again, { queue: at.queue.name });
    expect(await unsent()).toEqual([taskId]);
  });
});
