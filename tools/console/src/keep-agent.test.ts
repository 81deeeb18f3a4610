import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { Agent, openAgent } from '@trace-mesh/scenarios/fire';
import { expect, it, vi } from 'vitest';
import { keepAgent } from './keep-agent.ts';

const config = { KEYS_DIR: '/keys', LAB_URL: 'ws://127.0.0.1:1/lab' };
const fired = { traceId: '0af7651916cd43dd8448eb211c80319c', relatedTraceIds: [], result: { done: true } };

/** Agents that count: how many were started, and how many ended. */
function countedAgents() {
  const count = { started: 0, ended: 0 };
  const open = (): Agent => {
    count.started += 1;
    const ended = Promise.withResolvers<void>();
    return {
      fire: () => Promise.resolve(fired),
      ended: ended.promise,
      [Symbol.asyncDispose]: async () => {
        count.ended += 1;
        ended.resolve();
      },
    };
  };
  return { count, open: open as typeof openAgent };
}

it('no agent runs before the first firing', async () => {
  const { count, open } = countedAgents();
  await using agent = keepAgent({} as Endpoints, config, { open });
  expect(count.started).toBe(0);
  await Promise.all([agent.fire('rest'), agent.fire('http')]);
  await agent.fire('rest');
  expect(count).toEqual({ started: 1, ended: 0 });
});

it('an idle agent ends, and the next firing starts another', async () => {
  const { count, open } = countedAgents();
  await using agent = keepAgent({} as Endpoints, config, { open, idleMs: 5 });
  await agent.fire('rest');
  await vi.waitFor(() => expect(count.ended).toBe(1));
  expect(await agent.fire('rest')).toEqual(fired);
  expect(count.started).toBe(2);
});
