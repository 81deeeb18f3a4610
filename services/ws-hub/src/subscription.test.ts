import { randomUUID } from 'node:crypto';
import { afterAll, expect, it, vi } from 'vitest';
import { closeOf, openClient, startTestHub, WAIT } from './hub.fixture.ts';
import { FROM_THE_START } from './messages.ts';
import { CLOSE_SLOW, SlowConsumerError } from './push.ts';
import { MAX_WAITING } from './subscription.ts';

const hub = await startTestHub();
afterAll(() => hub[Symbol.asyncDispose]());

it('drops a client when more events than the limit wait for its replay', async () => {
  const taskId = randomUUID();
  const replay = Promise.withResolvers<[]>();
  vi.spyOn(hub.log, 'eventsAfter').mockReturnValue(replay.promise);
  const client = await openClient(hub.url);
  await client.send('subscribe', { taskId, after: FROM_THE_START });
  await client.next('subscribed');
  const [subscription] = hub.registry.subscriptions({ taskId, tenantId: 'acme' });
  const push = () => subscription?.push({ taskId, tenantId: 'acme', status: 'running' });

  const waiting = Array.from({ length: MAX_WAITING }, push);
  const closed = closeOf(client.connection);
  await expect(push()).rejects.toThrow(SlowConsumerError);
  expect(await closed).toBe(CLOSE_SLOW);
  replay.resolve([]);
  await Promise.allSettled(waiting);
  await vi.waitFor(() => expect(hub.registry.subscriptions({ taskId, tenantId: 'acme' })).toEqual([]), WAIT);
});
