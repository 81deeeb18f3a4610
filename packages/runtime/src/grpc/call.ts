// The life of one call on the server: the handler runs in the caller's context, is told when nobody waits any more, and
// the call (and with it its span) ends exactly once, at once.
import type * as grpc from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { admitContext, type Trust } from '@trace-mesh/tracing/trust';
import { goneError, RpcError, statusOf } from './status.ts';

/** What a handler knows of its call. Pass it on as the options of a call made on its behalf: that one ends with it. */
export interface RpcCall {
  /** Aborts, with an `RpcError`, when the caller has left or the deadline has passed. */
  signal: AbortSignal;
  /** When the caller stops waiting, in ms since the epoch; `Infinity` where it named none. */
  deadline: number;
  metadata: grpc.Metadata;
  /** The caller's address, without its port: every connection has another. */
  peer: string;
}

/** What every operation of a server has in common. */
export interface ServeOptions {
  /** Says how far a caller's context is believed, before its call is handled; rejects with an `RpcError` to refuse it. */
  admit: (call: RpcCall) => Promise<Trust> | Trust;
  /** Told of what no handler should throw: anything but an `RpcError`. */
  onBug: (error: unknown) => void;
}

interface Supervised<T> extends ServeOptions {
  work: (call: RpcCall) => Promise<T>;
  /** Answers the caller; called once. */
  finish: (error: grpc.ServiceError | null, value?: T) => void;
}

/** What all four kinds of server calls have in common. */
interface AnyServerCall {
  getPeer(): string;
  metadata: grpc.Metadata;
  getDeadline(): grpc.Deadline;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** Runs a handler's `work` for `call`. A call that the caller gave up is finished without waiting for the work to notice. */
export function supervise<T>(call: AnyServerCall, { work, finish, admit, onBug }: Supervised<T>): void {
  const gone = new AbortController();
  const deadline = Number(call.getDeadline());
  let finished = false;
  const finishOnce: Supervised<T>['finish'] = (error, value) => {
    if (finished) return;
    finished = true;
    finish(error, value);
  };
  call.on('cancelled', () => {
    // grpc-js says so at the end of every call, an answered one too.
    if (finished) return;
    const reason = goneError(deadline);
    // The instrumentation waits for `finish` or `error`, which a cancelled stream never emits: its span would stay open.
    finishOnce(statusOf(reason));
    gone.abort(reason);
  });
  const peer = call.getPeer().replace(/:\d+$/, '');
  const rpc: RpcCall = { signal: gone.signal, deadline, metadata: call.metadata, peer };
  const serve = async () => {
    const trust = await admit(rpc);
    return context.with(admitContext(context.active(), trust), () => work(rpc));
  };
  serve().then(
    (value) => finishOnce(null, value),
    (error: unknown) => {
      if (!(error instanceof RpcError) && !gone.signal.aborted) onBug(error);
      finishOnce(statusOf(error));
    },
  );
}
