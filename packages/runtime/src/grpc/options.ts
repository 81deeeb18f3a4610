// Options of a call, and the promise of its response.
import { addAbortListener } from 'node:events';
import * as grpc from '@grpc/grpc-js';
import type { Deadline } from '../deadline.ts';

/** The default timeout of a unary call, in ms. */
export const GRPC_DEADLINE_MS = 5_000;
/** The default time for which a stream may stay open, in ms. */
export const GRPC_STREAM_DEADLINE_MS = 600_000;

/** A handler's `RpcCall`, or any `Deadline`, fits here: the call then ends with it. */
export interface RpcOptions extends Partial<Deadline> {
  /** How long this call may take, in ms; `timeoutMs()` may end it earlier. */
  deadlineMs?: number | undefined;
  /** The caller's credentials: `Bearer …`, as in HTTP's header of the same name. */
  authorization?: string | undefined;
}

/** Starts a call of a generated client whose responses are a stream. */
export type StartStream<Stream> = (metadata: grpc.Metadata, options: grpc.CallOptions) => Stream;
/** Starts a call of a generated client with one response, which `done` receives. */
export type StartCall<Response, Call> = (
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  done: grpc.requestCallback<Response>,
) => Call;

/** The metadata of a new call; the instrumentation adds the context. */
export function callMetadata({ authorization }: RpcOptions): grpc.Metadata {
  const metadata = new grpc.Metadata();
  if (authorization) metadata.set('authorization', authorization);
  return metadata;
}

/** The options for grpc-js, which sends the deadline to the server. */
export function callOptions({ deadlineMs, timeoutMs }: RpcOptions, defaultMs: number): { deadline: number } {
  return {
    deadline: Date.now() + Math.min(deadlineMs ?? defaultMs, timeoutMs?.() ?? Number.POSITIVE_INFINITY),
  };
}

/** Cancels `call` when `signal` aborts, until the result is disposed. */
export const cancelOn = (signal: AbortSignal | undefined, call: { cancel(): void }): Disposable | undefined =>
  signal && addAbortListener(signal, () => call.cancel());

/** The one response of a call: grpc-js calls `done`, which settles `promise`. */
export function oneResponse<Response>() {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const done: grpc.requestCallback<Response> = (error, response) => {
    if (error || response === undefined) reject(error ?? new Error('the call ended without a response'));
    else resolve(response);
  };
  return { promise, done, reject };
}
