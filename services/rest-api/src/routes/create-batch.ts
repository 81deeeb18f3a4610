import { randomUUID } from 'node:crypto';
import { callerOf } from '@trace-mesh/access/express';
import { processBatch } from '@trace-mesh/tracing/batch';
import type { RequestHandler } from 'express';
import { insertBatch, insertBatchTask, insertRefused, NewBatch } from '../batches.ts';
import { callerLimits } from '../caller-limits.ts';
import type { Deps } from '../deps.ts';
import { problemOf } from '../problem.ts';
import { reserveFor, storeReserved } from '../reserve.ts';

/** How many items of a batch are worked on at once. */
const BATCH_CONCURRENCY = 4;

/** `POST /api/batches`: one task for each prompt, each in a span of its own; an item that fails fails alone. 202. */
export const createBatch =
  (deps: Deps): RequestHandler =>
  async (request, response) => {
    const { db, relay, queue } = deps;
    const { identity } = callerOf(response);
    const limits = callerLimits(request, response);
    const { prompts, ...work } = NewBatch.parse(request.body);
    const batchId = randomUUID();
    const tasks = prompts.map((prompt) => ({ ...work, prompt, taskId: randomUUID() }));
    await insertBatch(db, batchId, identity.tenantId);

    const options = { concurrency: BATCH_CONCURRENCY };
    const outcomes = await processBatch('batch item', tasks, options, async (task, index) => {
      const priced = await reserveFor(deps, identity, task, limits);
      const store = () => insertBatchTask(db, priced, { batchId, index }, queue.name);
      await storeReserved(deps, priced, store);
    });
    for (const [index, task] of tasks.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status !== 'rejected') continue;
      await insertRefused(
        db,
        { ...task, ...identity },
        { batchId, index },
        problemOf(outcome.reason).message,
      );
    }
    relay.wake();
    const taskIds = tasks.map(({ taskId }) => taskId);
    response.status(202).location(`/api/batches/${batchId}`).json({ batchId, taskIds });
  };
