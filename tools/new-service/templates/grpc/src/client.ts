// The client of __name__. The metadata of each call has the context and the caller's token.
import * as grpc from '@grpc/grpc-js';
import { callUnary, type RpcOptions } from '@trace-mesh/runtime/grpc';
import type { GreetResponse } from './generated/mesh/__snake__/v1/GreetResponse.ts';
import { __Name__ } from './proto.ts';

/** Every call has options for deadline and signal; a handler may pass its own call. Rejects with `ServiceError` of grpc-js. */
export interface __Name__Client {
  greet(name: string, options?: RpcOptions): Promise<GreetResponse>;
}

/** A connection for calls of several callers. */
export interface __Name__Connection extends Disposable {
  /** The client with this `authorization` (`Bearer …`). */
  as(authorization: string): __Name__Client;
}

/** Each address of a headless Service is a server: calls are spread over all, instead of pinned to the first. */
const CALLS = { loadBalancingConfig: [{ round_robin: {} }] };

/** Connects to every address of `host:port` with the first call, and again after a broken connection. */
export function connect__Name__(address: string): __Name__Connection {
  const client = new __Name__(address, grpc.credentials.createInsecure(), {
    'grpc.service_config': JSON.stringify(CALLS),
  });
  return {
    as: (authorization) => ({
      greet: (name, options) =>
        callUnary((m, o, done) => client.Greet({ name }, m, o, done), { ...options, authorization }),
    }),
    [Symbol.dispose]: () => client.close(),
  };
}
