// Rows 4 to 7: the context crosses in the metadata that opens the call, whatever its kind.
import type * as grpc from '@grpc/grpc-js';
import { callUnary, unary } from '@trace-mesh/runtime/grpc';
import { callBidi, callClientStream, callServerStream } from '@trace-mesh/runtime/grpc-client-streams';
import { bidi, clientStream, serverStream } from '@trace-mesh/runtime/grpc-server-streams';
import { grpcTransport } from './grpc-service.ts';

type Metadata = grpc.Metadata;
type Options = grpc.CallOptions;
type Done = grpc.requestCallback<string>;

export const grpcUnary = grpcTransport<
  (id: string, metadata: Metadata, options: Options, done: Done) => grpc.ClientUnaryCall
>({
  name: 'Unary',
  serve: (run, options) => unary(run, options),
  call: (method, id) => callUnary<string>((meta, options, done) => method(id, meta, options, done)),
});

export const grpcServerStream = grpcTransport<
  (id: string, metadata: Metadata, options: Options) => grpc.ClientReadableStream<string>
>({
  name: 'ServerStream',
  responseStream: true,
  serve: (run, options) => {
    async function* answer(id: string) {
      yield await run(id);
    }
    return serverStream(answer, options);
  },
  call: (method, id) => drain(callServerStream<string>((meta, options) => method(id, meta, options))),
});

export const grpcClientStream = grpcTransport<
  (metadata: Metadata, options: Options, done: Done) => grpc.ClientWritableStream<string>
>({
  name: 'ClientStream',
  requestStream: true,
  serve: (run, options) => clientStream<string, string>(async (ids) => run(await drain(ids)), options),
  call: (method, id) => callClientStream<string, string>(method, [id]),
});

export const grpcBidi = grpcTransport<
  (metadata: Metadata, options: Options) => grpc.ClientDuplexStream<string, string>
>({
  name: 'Bidi',
  requestStream: true,
  responseStream: true,
  serve: (run, options) => {
    async function* answer(ids: AsyncIterable<string>) {
      for await (const id of ids) yield await run(id);
    }
    return bidi(answer, options);
  },
  async call(method, id) {
    await using call = callBidi<string, string>(method);
    await call.send(id);
    call.end();
    await drain(call.responses);
  },
});

/** The last of a stream, once it has ended. */
async function drain(stream: AsyncIterable<string>): Promise<string> {
  let last = '';
  for await (const message of stream) last = message;
  return last;
}
