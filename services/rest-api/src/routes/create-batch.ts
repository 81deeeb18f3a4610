import { randomUUID } from 'node:crypto';
import { callerOf } from '@trace-mesh/access/express';
import { problemOf } from '@trace-mesh/access/problem';
import { processBatch } from '@trace-mesh/tracing/batch';
import type { RequestHandler } from 'express';
import { insertBatch, insertRefused, NewBatch } from '../batches.ts';
import { requestDeadline } from '../deadline.ts';
import type { Deps } from '../deps.ts';
import { reserveFor, storeReserved } from '../reserve.ts';
import { insertTask } from '../tasks.ts';

/** How many items of a batch are processed concurrently. */
const BATCH_CONCURRENCY = 4;

/** `POST /api/batches`: one task for each prompt, each in its own span. Answers 202, also if items fail. */
export const createBatch =
  (deps: Deps): RequestHandler =>
  async (request, response) => {
    const { db, relay, queue } = deps;
    const { identity } = callerOf(response);
    const deadline = requestDeadline(request, response);
    const { prompts, ...work } = NewBatch.parse(request.body);
    const batchId = randomUUID();
    const tasks = prompts.map((prompt) => ({ ...work, prompt, taskId: randomUUID() }));
    await insertBatch(db, batchId, identity.tenantId);

    const options = { concurrency: BATCH_CONCURRENCY };
    const outcomes = await processBatch('batch item', tasks, options, async (task, index) => {
      const priced = await reserveFor(deps, identity, task, deadline);
      const queueing = { queue: queue.name, batch: { batchId, index } };
      await storeReserved(deps, priced, () => insertTask(db, priced, queueing));
    });
    for (const [index, task] of tasks.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') continue;
      const { message } = problemOf(outcome.reason);
      await insertRefused(db, { ...task, ...identity }, { batchId, index }, message);
    }
    relay.wake();
    const taskIds = tasks.map(({ taskId }) => taskId);
    response.status(202).location(`/api/batches/${batchId}`).json({ batchId, taskIds });
  };
