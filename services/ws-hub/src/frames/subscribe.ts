import { Subscribe } from '../messages.ts';
import { push } from '../push.ts';
import type { Handler } from './handler.ts';

/**
 * `subscribe`, acknowledged, so that a client knows from when on it hears of a task; then what it missed, where it says what
 * it saw last. Live events wait meanwhile.
 */
export const subscribe: Handler = async ({ registry, log }, connection, { data, sequence }) => {
  const { taskId, after } = Subscribe.parse(data);
  const subscription = registry.subscribe(taskId, connection, after);
  try {
    await push(connection, 'subscribed', { taskId }, { sequence });
    if (after === undefined) return;
    for (const { event, ctx } of await log.eventsAfter(taskId, after)) await subscription.replay(event, ctx);
  } finally {
    subscription.release();
  }
};

/** `unsubscribe`, acknowledged: nothing is pushed after it. */
export const unsubscribe: Handler = async ({ registry }, connection, { data, sequence }) => {
  const { taskId } = Subscribe.parse(data);
  registry.unsubscribe(taskId, connection);
  await push(connection, 'unsubscribed', { taskId }, { sequence });
};
