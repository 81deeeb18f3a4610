import { EventEmitter } from 'node:events';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { createLogger } from '@trace-mesh/tracing/logger';
import { expect, it } from 'vitest';
import { joinBudgetChanges, WATCH_REFRESH_MS } from './budget-changes.ts';

/** A double of Redis with pub/sub only. */
function pubSub(): RedisConnection {
  const bus = new EventEmitter();
  return Object.assign(bus, {
    subscribe: async () => 1,
    publish: async (channel: string, text: string) => bus.emit('message', channel, text),
  }) as unknown as RedisConnection;
}

async function ledger(redis: RedisConnection, refreshMs?: number) {
  const logger = createLogger({ write() {} });
  return joinBudgetChanges({ redis, subscriber: redis, logger, ...(refreshMs && { refreshMs }) });
}

it('a published change wakes only the watchers of its tenant, at every ledger', async () => {
  const redis = pubSub();
  const [here, there] = [await ledger(redis), await ledger(redis)];
  const { signal } = new AbortController();
  const [acme, other] = [there.watch('acme', signal), there.watch('other', signal)].map((watch) =>
    watch[Symbol.asyncIterator](),
  );
  await acme?.next();
  await other?.next();
  const woken: string[] = [];
  const both = [acme?.next().then(() => woken.push('acme')), other?.next().then(() => woken.push('other'))];
  await here.announce('acme');
  await both[0];
  expect(woken).toEqual(['acme']);
  await here.announce('other');
  await both[1];
});

it('a watcher wakes after the refresh interval without a change', async () => {
  expect(WATCH_REFRESH_MS).toBe(15_000);
  const changes = await ledger(pubSub(), 10);
  const watch = changes.watch('acme', new AbortController().signal)[Symbol.asyncIterator]();
  await watch.next();
  expect(await watch.next()).toEqual({ value: undefined, done: false });
  await watch.return?.();
});

it('a watcher throws the reason of its signal', async () => {
  const abort = new AbortController();
  const watch = (await ledger(pubSub())).watch('acme', abort.signal)[Symbol.asyncIterator]();
  await watch.next();
  const next = watch.next();
  abort.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
});

it('announcing a change does not reject when Redis fails', async () => {
  const redis = Object.assign(pubSub(), { publish: () => Promise.reject(new Error('gone')) });
  await expect((await ledger(redis)).announce('acme')).resolves.toBeUndefined();
});
