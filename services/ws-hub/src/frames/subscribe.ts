import { requireScope } from '@trace-mesh/access/caller';
import { Subscribe } from '../messages.ts';
import { push } from '../push.ts';
import { tenantOf } from '../tenant.ts';
import type { FrameHandler } from './handler.ts';

/** `subscribe` is acknowledged, then the events after `after` are replayed. Live events wait until the replay ends. */
export const subscribe: FrameHandler = async ({ registry, log }, connection, { data, sequence }, caller) => {
  const { taskId, after, ...named } = Subscribe.parse(data);
  requireScope(caller, 'tasks:read');
  const tenantId = tenantOf(caller, named.tenantId);
  const subscription = registry.subscribe({ taskId, tenantId }, connection, after);
  try {
    await push(connection, 'subscribed', { taskId }, { sequence });
    if (after === undefined) return;
    for (const { event, ctx } of await log.eventsAfter(taskId, after)) {
      if (event.tenantId === tenantId) await subscription.replay(event, ctx);
    }
  } finally {
    subscription.release();
  }
};

/** `unsubscribe` is acknowledged; nothing is pushed after that. */
export const unsubscribe: FrameHandler = async ({ registry }, connection, { data, sequence }, caller) => {
  const { taskId, ...named } = Subscribe.parse(data);
  registry.unsubscribe({ taskId, tenantId: tenantOf(caller, named.tenantId) }, connection);
  await push(connection, 'unsubscribed', { taskId }, { sequence });
};
