// What callers of __name__ import. Context, and the token of the one who calls, go in the metadata of each call.
import * as grpc from '@grpc/grpc-js';
import { callUnary, type RpcOptions } from '@trace-mesh/runtime/grpc';
import type { GreetResponse } from './generated/mesh/__snake__/v1/GreetResponse.ts';
import { __Name__ } from './proto.ts';

/** Every call takes deadline and signal: a handler passes its own call on. Rejections are grpc-js `ServiceError`s. */
export interface __Name__Client {
  greet(name: string, options?: RpcOptions): Promise<GreetResponse>;
}

/** A connection; whoever calls over it says for whom. */
export interface __Name__Connection extends Disposable {
  /** The service as the bearer of this `Authorization` (`Bearer …`) sees it. */
  as(authorization: string): __Name__Client;
}

/** Connects to a server at `host:port`; the connection is made when first needed and again when it breaks. */
export function connect__Name__(address: string): __Name__Connection {
  const client = new __Name__(address, grpc.credentials.createInsecure());
  return {
    as: (authorization) => ({
      greet: (name, options) =>
        callUnary((m, o, done) => client.Greet({ name }, m, o, done), { ...options, authorization }),
    }),
    [Symbol.dispose]: () => client.close(),
  };
}
