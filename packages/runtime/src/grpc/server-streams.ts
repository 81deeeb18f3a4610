// gRPC streams on the server, as async iterables. The metadata that opens the stream carries the context; all its messages are
// handled in that context.
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type * as grpc from '@grpc/grpc-js';
import { type RpcCall, type ServeOptions, supervise } from './call.ts';
import { pour, read } from './streams.ts';

/** A server-stream handler from an async generator, which waits when the caller reads slowly. */
export function serverStream<Request, Response>(
  handle: (request: Request, call: RpcCall) => AsyncIterable<Response>,
  options: ServeOptions,
): grpc.handleServerStreamingCall<Request, Response> {
  return (stream) =>
    supervise(stream, {
      work: (call) => pour(handle(stream.request, call), stream, call.signal),
      finish: (error) => end(stream, error),
      ...options,
    });
}

/** A client-stream handler from a promise; the loop over the requests throws when the caller leaves. */
export function clientStream<Request, Response>(
  handle: (requests: AsyncIterable<Request>, call: RpcCall) => Promise<Response>,
  options: ServeOptions,
): grpc.handleClientStreamingCall<Request, Response> {
  return (stream, answer) =>
    supervise(stream, {
      work: (call) => handle(requests<Request>(stream, call.signal), call),
      finish: answer,
      ...options,
    });
}

/** A bidi handler from an async generator over the requests; the stream ends when it returns. */
export function bidi<Request, Response>(
  handle: (requests: AsyncIterable<Request>, call: RpcCall) => AsyncIterable<Response>,
  options: ServeOptions,
): grpc.handleBidiStreamingCall<Request, Response> {
  return (stream) =>
    supervise(stream, {
      work: (call) => pour(handle(requests<Request>(stream, call.signal), call), stream, call.signal),
      finish: (error) => end(stream, error),
      ...options,
    });
}

/**
 * The requests of a call; throws the signal's reason when the caller leaves. The end of the stream does not prove that it is
 * complete: Node ends a cancelled HTTP/2 stream before it reports the reset. A reset in the same read is detected here, a later
 * one is not: an upload that must be complete needs its own end marker.
 */
async function* requests<T>(stream: Readable, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  try {
    yield* read<T>(stream);
  } catch (error) {
    // The stream's error is only that it closed early; the signal has the reason.
    signal.throwIfAborted();
    throw error;
  }
  await setImmediate();
  signal.throwIfAborted();
}

/** grpc-js takes the status of a stream from an `error` event, and its span ends with that event. */
function end(stream: Writable, error: grpc.ServiceError | null): void {
  if (error) stream.emit('error', error);
  else stream.end();
}
