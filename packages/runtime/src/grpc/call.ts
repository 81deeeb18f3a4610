// One call on the server: its handler runs in the caller's context and is aborted when the caller leaves; the call and its span
// end exactly once.
import type * as grpc from '@grpc/grpc-js';
import { runAdmitted } from '@trace-mesh/tracing/grpc';
import type { Trust } from '@trace-mesh/tracing/trust';
import type { Deadline } from '../deadline.ts';
import { goneError, RpcError, statusOf } from './status.ts';

/**
 * A call, for its handler. Pass it as the options of outgoing calls, which then end with it. Its signal aborts with an
 * `RpcError` when the caller leaves or the deadline passes; `timeoutMs()` is `Infinity` if the caller set none.
 */
export interface RpcCall extends Deadline {
  metadata: grpc.Metadata;
  /** The caller's address without its port, which differs for each connection. */
  peer: string;
}

/** What all operations of a server share. */
export interface ServeOptions {
  /** Returns how far to trust the caller's context, before the call is handled; rejects with an `RpcError` to refuse it. */
  admit: (call: RpcCall) => Promise<Trust> | Trust;
  /** Receives unexpected errors of handlers: all but `RpcError`. */
  onBug: (error: unknown) => void;
}

interface Supervised<T> extends ServeOptions {
  work: (call: RpcCall) => Promise<T>;
  /** Sends the response; called once. */
  finish: (error: grpc.ServiceError | null, value?: T) => void;
}

/** What the four kinds of server calls have in common. */
interface AnyServerCall {
  getPeer(): string;
  metadata: grpc.Metadata;
  getDeadline(): grpc.Deadline;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** Runs a handler's `work` for `call`. A cancelled call is finished immediately, without waiting for the work. */
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
    // grpc-js emits it at the end of every call, answered or not.
    if (finished) return;
    const reason = goneError(deadline);
    // The instrumentation waits for `finish` or `error`, which a cancelled stream never emits: its span would stay open.
    finishOnce(statusOf(reason));
    gone.abort(reason);
  });
  const rpc: RpcCall = {
    signal: gone.signal,
    timeoutMs: () => Math.max(1, deadline - Date.now()),
    metadata: call.metadata,
    peer: call.getPeer().replace(/:\d+$/, ''),
  };
  const serve = async () => runAdmitted(await admit(rpc), () => work(rpc));
  serve().then(
    (value) => finishOnce(null, value),
    (error: unknown) => {
      if (!(error instanceof RpcError) && !gone.signal.aborted) onBug(error);
      finishOnce(statusOf(error));
    },
  );
}
