// gRPC streams, the serving end: handlers take and give async iterables. Context crosses once, in the metadata that opens
// the stream; every message of it is handled in that context.
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type * as grpc from '@grpc/grpc-js';
import { type RpcCall, type ServeOptions, supervise } from './call.ts';
import { pour, read } from './streams.ts';

/** A server-stream handler from an async generator: what it yields is sent, at the caller's pace. */
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
 * The requests of a call; throws the signal's reason when the caller leaves. The end of a stream is no commit: a
 * cancelled HTTP/2 stream of Node's says "no more data" before it says "reset". What came in the same read is looked at
 * here, but the reset may come later: an upload that must be whole has to say so itself.
 */
async function* requests<T>(stream: Readable, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  try {
    yield* read<T>(stream);
  } catch (error) {
    // A destroyed stream only says that it closed early; the signal knows why.
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
