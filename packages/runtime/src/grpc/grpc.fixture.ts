// For tests: a service with one method of each kind, served and called under the real instrumentation in this process.
import { createRequire } from 'node:module';
import type * as grpcTypes from '@grpc/grpc-js';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { patchGrpc as patchInstrumentation, type TestTracing } from '@trace-mesh/tracing/testing';
import { expect, vi } from 'vitest';
import { listenGrpc, type RpcCall, type ServeOptions, unary } from './grpc.ts';
import { bidi, clientStream, serverStream } from './server-streams.ts';

export interface EchoMessage {
  n: number;
}

export interface Handlers {
  one(request: EchoMessage, call: RpcCall): Promise<EchoMessage>;
  down(request: EchoMessage, call: RpcCall): AsyncIterable<EchoMessage>;
  up(requests: AsyncIterable<EchoMessage>, call: RpcCall): Promise<EchoMessage>;
  both(requests: AsyncIterable<EchoMessage>, call: RpcCall): AsyncIterable<EchoMessage>;
}

const json = {
  requestSerialize: (message: EchoMessage) => Buffer.from(JSON.stringify(message)),
  requestDeserialize: (bytes: Buffer) => JSON.parse(String(bytes)) as EchoMessage,
  responseSerialize: (message: EchoMessage) => Buffer.from(JSON.stringify(message)),
  responseDeserialize: (bytes: Buffer) => JSON.parse(String(bytes)) as EchoMessage,
};
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  ...json,
  path: `/test.Kinds/${name}`,
  requestStream,
  responseStream,
});
const definition = {
  One: method('One', false, false),
  Down: method('Down', false, true),
  Up: method('Up', true, false),
  Both: method('Both', true, true),
};

export interface KindsClient extends grpcTypes.Client {
  One(
    request: EchoMessage,
    metadata: grpcTypes.Metadata,
    options: grpcTypes.CallOptions,
    done: grpcTypes.requestCallback<EchoMessage>,
  ): grpcTypes.ClientUnaryCall;
  Down(
    request: EchoMessage,
    metadata: grpcTypes.Metadata,
    options: grpcTypes.CallOptions,
  ): grpcTypes.ClientReadableStream<EchoMessage>;
  Up(
    metadata: grpcTypes.Metadata,
    options: grpcTypes.CallOptions,
    done: grpcTypes.requestCallback<EchoMessage>,
  ): grpcTypes.ClientWritableStream<EchoMessage>;
  Both(
    metadata: grpcTypes.Metadata,
    options: grpcTypes.CallOptions,
  ): grpcTypes.ClientDuplexStream<EchoMessage, EchoMessage>;
}

/** Patches grpc-js for the rest of this process, as `register` would. To be called after tracing was started. */
export function patchGrpc(): typeof grpcTypes {
  patchInstrumentation(new GrpcInstrumentation());
  return createRequire(import.meta.url)('@grpc/grpc-js') as typeof grpcTypes;
}

/** Serves `handlers` on a free port. What they throw by mistake is collected in `bugs`. */
export async function serveKinds(grpc: typeof grpcTypes, handlers: Partial<Handlers>, drainMs = 100) {
  const bugs: unknown[] = [];
  const options: ServeOptions = {
    admit: () => ({ inside: true }),
    onBug: (error) => void bugs.push(error),
  };
  const unused = () => {
    throw new Error('this test does not call it');
  };
  const { one = unused, down = unused, up = unused, both = unused } = handlers;
  const server = new grpc.Server();
  server.addService(definition, {
    One: unary(one, options),
    Down: serverStream(down, options),
    Up: clientStream(up, options),
    Both: bidi(both, options),
  });
  const listening = await listenGrpc(server, { host: '127.0.0.1', port: 0, drainMs });
  const Client = grpc.makeGenericClientConstructor(definition, 'test.Kinds');
  const client = new Client(
    `127.0.0.1:${listening.port}`,
    grpc.credentials.createInsecure(),
  ) as unknown as KindsClient;
  return {
    client,
    bugs,
    stop: () => listening[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      client.close();
      await listening[Symbol.asyncDispose]();
    },
  };
}

/** The CLIENT and the SERVER span of the one call of this method, once both have ended. */
export async function spansOf(tracing: TestTracing, name: keyof typeof definition) {
  return await vi.waitFor(() => {
    const spans = tracing.spans(`test.Kinds/${name}`);
    expect(spans).toHaveLength(2);
    const [client, server] = [2, 1].map((kind) => spans.find((span) => span.kind === kind));
    return { client: client as ReadableSpan, server: server as ReadableSpan };
  });
}
