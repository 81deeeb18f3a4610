// OpenTelemetry's context manager with a public storage: a diagnostics channel binds the context of a span to the work that the
// library does in it. The stock manager keeps its storage private, https://github.com/open-telemetry/opentelemetry-js/issues/6088
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/**
 * The active context of this process: for `channel.bindStore(contextStorage, …)` of a TracingChannel's `start`, and for
 * `enterWith` in a subscriber of a plain channel. Empty until the manager is registered.
 */
export const contextStorage = new AsyncLocalStorage<Context>();

/** The stock manager on `contextStorage`; `register` makes it the global one. */
export class ChannelContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    return contextStorage.getStore() ?? ROOT_CONTEXT;
  }

  override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    ctx: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return contextStorage.run(ctx, thisArg === undefined ? fn : fn.bind(thisArg), ...args);
  }

  override disable(): this {
    contextStorage.disable();
    return this;
  }

  override attach(ctx: Context): { dispose(): void } {
    const previous = this.active();
    contextStorage.enterWith(ctx);
    return { dispose: () => contextStorage.enterWith(previous) };
  }
}
