// The SERVER span of a gRPC call, a child of its caller's. Also a call that is not sampled has one, which is not recorded: its handler
// runs in the caller's trace.
import { context, propagation, SpanKind, type TextMapGetter, trace } from '@opentelemetry/api';
import { ENTRY_CONTEXT } from '../context/entry-context.ts';
import type { GrpcTracer, Method } from './client-call.ts';
import { type Emitter, endAtEvents, runListenersIn } from './events.ts';
import { type CallError, endCall, nameOf } from './status.ts';

type Handler = Method<unknown>;
/** `Server.register(path, handler, serialize, deserialize, type)`. */
export type Register = (this: unknown, path: string, handler: Handler, ...rest: unknown[]) => unknown;

interface ServerCall extends Emitter {
  metadata: { get(key: string): unknown[]; getMap(): object };
}

const FROM_METADATA: TextMapGetter<ServerCall['metadata']> = {
  get: (metadata, key) => metadata.get(key).map(String),
  keys: (metadata) => Object.keys(metadata.getMap()),
};

/** `handler`, which runs in the span of each call, as do the listeners of the call. */
export function serveInSpan({ tracer }: GrpcTracer, path: string, handler: Handler): Handler {
  const name = nameOf(path);
  const options = { kind: SpanKind.SERVER, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': name } };
  return function (...args) {
    const [call, answer] = args as [ServerCall, Method<unknown> | undefined];
    const caller = propagation.extract(ENTRY_CONTEXT, call.metadata, FROM_METADATA);
    const span = tracer.startSpan(name, options, caller);
    const ctx = trace.setSpan(caller, span);
    runListenersIn(ctx, call);
    const served = { kind: SpanKind.SERVER as const, method: name, since: performance.now(), span };
    if (!answer) {
      endAtEvents(served, call, 'finish');
      return context.with(ctx, () => handler.call(this, call));
    }
    const answered = (error: CallError | null, ...rest: unknown[]) => {
      endCall(served, error ? error.code : 0, error?.message);
      return answer(error, ...rest);
    };
    return context.with(ctx, () => handler.call(this, call, answered));
  };
}
