// Work in flight: callers of several tenants, half of them over MCP, the others over REST with a subscription at the hub.
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { ChaosMesh } from './chaos-mesh.ts';
import { askOverMcp, openMcpClient } from './mcp-caller.ts';
import { type Asked, newAsked } from './request-log.ts';
import { askOverRest, openRestClients } from './rest-caller.ts';

/** How many tenants the callers belong to. */
const TENANTS = 3;

export interface Load {
  /** One record for each task, in the order of asking. */
  asked: readonly Asked[];
  tenantIds: readonly string[];
  /** Resolves when so many tasks have ended, or all callers have finished. */
  ended(count: number): Promise<void>;
  /** Resolves when every caller has its answer or has given up. */
  finished: Promise<void>;
}

/** The prompt names the task, so that the model's double can tell for whom it was asked. */
const promptFor = (taskId: string) => `chaos ${taskId}`;

/** Requests `tasks` tasks at the same time, under tenants of this load alone. */
export async function startLoad(mesh: ChaosMesh, tasks: number): Promise<Load> {
  const stack = new AsyncDisposableStack();
  const tenantIds = Array.from({ length: TENANTS }, () => `chaos-${randomUUID()}`);
  const callers = await Promise.all(
    tenantIds.map(async (tenantId) => {
      const rest = openRestClients(mesh, tenantId);
      stack.use(rest.hub);
      const mcp = stack.adopt(await openMcpClient(mesh, tenantId), (client) => client.close());
      return { tenantId, rest, mcp };
    }),
  );
  const progress = new EventEmitter();
  const asked: Asked[] = [];

  async function run(index: number): Promise<void> {
    const caller = callers[index % callers.length];
    if (!caller) return;
    const way = Math.floor(index / callers.length) % 2 === 0 ? 'rest' : 'mcp';
    const record = newAsked(randomUUID(), caller.tenantId, way);
    asked.push(record);
    const prompt = promptFor(record.taskId);
    try {
      await (way === 'rest'
        ? askOverRest(caller.rest, record, prompt)
        : askOverMcp(caller.mcp, record, prompt));
    } catch (error) {
      record.gaveUp = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    progress.emit('ended');
  }

  const runs = Array.from({ length: tasks }, (_, index) => run(index));
  let over = false;
  const finished = Promise.all(runs).then(async () => {
    over = true;
    progress.emit('ended');
    await stack.disposeAsync();
  });
  return {
    asked,
    tenantIds,
    async ended(count) {
      const enough = () => over || asked.filter(({ end }) => end).length >= count;
      while (!enough()) await once(progress, 'ended');
    },
    finished,
  };
}
