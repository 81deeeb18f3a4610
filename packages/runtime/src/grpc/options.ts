// How long a caller waits, how it leaves, and how it is answered.
import * as grpc from '@grpc/grpc-js';

/** How long a unary call may take, in ms, unless the caller says otherwise. */
export const GRPC_DEADLINE_MS = 5_000;
/** How long a stream may stay open, in ms, unless the caller says otherwise. */
export const GRPC_STREAM_DEADLINE_MS = 600_000;

/** A handler's `RpcCall` fits here: calls that it makes then end with its own. */
export interface RpcOptions {
  /** How long this call may take, in ms. */
  deadlineMs?: number | undefined;
  /** No later than this, in ms since the epoch, whatever `deadlineMs` says. */
  deadline?: number | undefined;
  /** Aborting it cancels the call. */
  signal?: AbortSignal | undefined;
  /** Who calls: `Bearer …`, as HTTP's header of the same name. */
  authorization?: string | undefined;
}

/** The metadata of a new call; the instrumentation adds the context. */
export function callMetadata({ authorization }: RpcOptions): grpc.Metadata {
  const metadata = new grpc.Metadata();
  if (authorization) metadata.set('authorization', authorization);
  return metadata;
}

/** The options as grpc-js takes them; the deadline goes to the server in the metadata. */
export function callOptions(
  { deadlineMs, deadline = Number.POSITIVE_INFINITY }: RpcOptions,
  defaultMs: number,
): grpc.CallOptions {
  return { deadline: Math.min(Date.now() + (deadlineMs ?? defaultMs), deadline) };
}

/** Cancels `call` when `signal` aborts, until what is returned is disposed. */
export function cancelOn(signal: AbortSignal | undefined, call: { cancel(): void }): Disposable {
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', cancel) };
}

/** The one answer of a call: `done` is what grpc-js calls, `promise` what comes of it. */
export function oneAnswer<Response>() {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const done: grpc.requestCallback<Response> = (error, response) => {
    if (error || response === undefined) reject(error ?? new Error('the call ended without a response'));
    else resolve(response);
  };
  return { promise, done, reject };
}
