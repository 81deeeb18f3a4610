// Listeners of a request and a response run in the context of its span. Node emits their events from its parser and its socket,
// whose contexts are those in which the connection was opened.
import type { EventEmitter } from 'node:events';
import type { Context } from '@opentelemetry/api';
import { contextStorage } from '../sdk/context-manager.ts';

const CONTEXT = Symbol('trace-mesh.emitter-context');

interface Bound extends EventEmitter {
  [CONTEXT]?: Context;
}

/** Makes every listener of `emitter` run in `ctx`. The prototype's `emit` is used as it is. */
export function bindEmitter(emitter: EventEmitter, ctx: Context): void {
  (emitter as Bound)[CONTEXT] = ctx;
  emitter.emit = emitInContext;
}

function emitInContext(this: Bound, ...args: [event: string | symbol, ...unknown[]]): boolean {
  const { emit } = Object.getPrototypeOf(this) as EventEmitter;
  const ctx = this[CONTEXT];
  if (!ctx || contextStorage.getStore() === ctx || this.listenerCount(args[0]) === 0)
    return emit.apply(this, args);
  return contextStorage.run(ctx, () => emit.apply(this, args));
}
