import { tracingChannel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChannelContextManager, contextStorage } from './context-manager.ts';

const KEY = createContextKey('test');
const inWork = ROOT_CONTEXT.setValue(KEY, 'work');
const active = () => context.active().getValue(KEY);

beforeAll(() => void context.setGlobalContextManager(new ChannelContextManager().enable()));
afterAll(() => context.disable());

it('a context that a channel binds to the storage is active in the traced work and its continuations only', async () => {
  const channel = tracingChannel<object>('test.context-manager');
  channel.start.bindStore(contextStorage, () => inWork);
  const seen = await channel.tracePromise(async () => {
    const first = active();
    await new Promise(setImmediate);
    return [first, active()];
  }, {});
  expect(seen).toEqual(['work', 'work']);
  expect(active()).toBeUndefined();
});

it('work, bound functions and bound emitters run in their context with their receiver and arguments', () => {
  const receiver = { name: 'receiver' };
  function work(this: typeof receiver, a: number, b: number) {
    return [this.name, a, b, active()];
  }
  expect(context.with(inWork, work, receiver, 1, 2)).toEqual(['receiver', 1, 2, 'work']);
  expect(context.bind(inWork, work).call(receiver, 1, 2)).toEqual(['receiver', 1, 2, 'work']);
  const emitter = context.bind(inWork, new EventEmitter());
  const seen: unknown[] = [];
  emitter.once('event', () => seen.push(active()));
  emitter.emit('event');
  expect(seen).toEqual(['work']);
  expect(context.active()).toBe(ROOT_CONTEXT);
});

it('an attached context is active until its token is disposed', () => {
  const token = new ChannelContextManager().attach(inWork);
  expect(active()).toBe('work');
  token.dispose();
  expect(active()).toBeUndefined();
});
