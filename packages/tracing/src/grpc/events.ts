// The events of a gRPC call.
import { type EventEmitter, errorMonitor } from 'node:events';
import { type Context, context, SpanStatusCode } from '@opentelemetry/api';
import { type Call, type CallError, endCall } from './status.ts';

export type Emitter = Pick<EventEmitter, 'emit' | 'on'>;

/** Runs the listeners of `call` in `ctx`: grpc-js emits in the context of the connection. */
export function runListenersIn(ctx: Context, call: Emitter): void {
  const { emit } = call;
  call.emit = (...args) => context.with(ctx, () => emit.apply(call, args));
}

/** Ends `call` with the first of an error and of the event `last`: `status` of a client, `finish` of a server. */
export function endAtEvents(call: Call, emitter: Emitter, last: 'status' | 'finish'): void {
  let hasEnded = false;
  const end = (error: Partial<CallError>) => {
    if (hasEnded) return;
    hasEnded = true;
    if (error.code === undefined)
      call.span?.setStatus({ code: SpanStatusCode.ERROR, message: error.message ?? '' });
    endCall(call, error.code, error.message);
  };
  emitter.on(errorMonitor, end);
  emitter.on(last, (status?: { code: number }) => end({ code: status?.code ?? 0 }));
}
