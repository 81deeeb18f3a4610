// gRPC streams on the client, as async iterables. The instrumentation writes the context into the metadata that opens the
// stream, and its CLIENT span lasts as long as the stream.
import type * as grpc from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { withOrigin } from '@trace-mesh/tracing/error-grpc';
import {
  callMetadata,
  callOptions,
  cancelOn,
  GRPC_STREAM_DEADLINE_MS,
  oneResponse,
  type RpcOptions,
  type StartCall,
  type StartStream,
} from './options.ts';
import { pour, read, write } from './streams.ts';

/**
 * A server stream for `for await`. It opens when the loop starts, in the context of this function call; leaving the loop
 * cancels it. Throws the `ServiceError`.
 */
export function callServerStream<Response>(
  open: StartStream<grpc.ClientReadableStream<Response>>,
  options: RpcOptions = {},
): AsyncIterable<Response> {
  const ctx = context.active();
  return {
    async *[Symbol.asyncIterator]() {
      const limits = callOptions(options, GRPC_STREAM_DEADLINE_MS);
      const stream = context.with(ctx, () => open(callMetadata(options), limits));
      const ended = new Promise((resolve) => void stream.on('status', resolve));
      using _ = cancelOn(options.signal, stream);
      try {
        yield* responses(stream);
      } finally {
        stream.cancel();
        await ended;
      }
    },
  };
}

/** Sends every request and resolves with the response. If the source throws, the call is cancelled and rejects with that error. */
export async function callClientStream<Request, Response>(
  start: StartCall<Response, grpc.ClientWritableStream<Request>>,
  requests: AsyncIterable<Request> | Iterable<Request>,
  options: RpcOptions = {},
): Promise<Response> {
  const { promise, done, reject } = oneResponse<Response>();
  const stream = start(callMetadata(options), callOptions(options, GRPC_STREAM_DEADLINE_MS), done);
  using _ = cancelOn(options.signal, stream);
  const answered = new AbortController();
  pour(requests, stream, answered.signal).then(
    () => stream.end(),
    (error: unknown) => {
      reject(error);
      stream.cancel();
    },
  );
  try {
    return await promise;
  } catch (error) {
    throw withOrigin(error);
  } finally {
    answered.abort();
  }
}

/** A bidi call in progress. Disposing cancels it if it has not ended. */
export interface BidiCall<Request, Response> extends AsyncDisposable {
  /** Resolves when the next request may follow; rejects when the call has ended. */
  send(request: Request): Promise<void>;
  /** No more requests follow. */
  end(): void;
  /** The responses, to be read once; throws the `ServiceError`. */
  responses: AsyncGenerator<Response, void, undefined>;
}

/** Opens a bidi call immediately. */
export function callBidi<Request, Response>(
  begin: StartStream<grpc.ClientDuplexStream<Request, Response>>,
  options: RpcOptions = {},
): BidiCall<Request, Response> {
  const stream = begin(callMetadata(options), callOptions(options, GRPC_STREAM_DEADLINE_MS));
  const cancelling = cancelOn(options.signal, stream);
  const ended = new AbortController();
  const status = new Promise<void>((resolve) => {
    stream.on('status', ({ details }) => {
      ended.abort(new Error(`the call has ended: ${details}`));
      resolve();
    });
  });
  return {
    async send(request) {
      ended.signal.throwIfAborted();
      await write(stream, request, ended.signal);
    },
    end: () => void stream.end(),
    responses: responses<Response>(stream),
    async [Symbol.asyncDispose]() {
      cancelling?.[Symbol.dispose]();
      stream.cancel();
      await status;
    },
  };
}

/** The responses of a stream. A failure before the first read is kept for the reader. */
function responses<T>(stream: grpc.ClientReadableStream<T>): AsyncGenerator<T, void, undefined> {
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  return (async function* () {
    yield* read<T>(stream);
    if (failure) throw withOrigin(failure);
  })();
}
