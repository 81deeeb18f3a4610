import * as grpc from '@grpc/grpc-js';
import { callUnary, listenGrpc, unary } from '@trace-mesh/tracing/grpc';
import { Desk, type Transport } from '../transport.ts';
import { carryService } from './grpc-service.ts';

/** Row 4: metadata, written and read by the gRPC instrumentation. */
export const grpcUnary: Transport = {
  name: 'grpc',
  path: ['server test.Carrier/Unary', 'client test.Carrier/Unary'],
  async open() {
    const desk = new Desk();
    const server = new grpc.Server();
    const handler = unary(
      (id: string) => desk.run(id).then(() => id),
      (error) => console.error(error),
    );
    server.addService(carryService('Unary'), { Unary: handler });
    const listening = await listenGrpc(server, { host: '127.0.0.1', port: 0 });
    const Client = grpc.makeGenericClientConstructor(carryService('Unary'), 'Carrier');
    const client = new Client(`127.0.0.1:${listening.port}`, grpc.credentials.createInsecure());
    const send = client.Unary?.bind(client) as unknown as Send;
    return {
      carry: (work) =>
        desk.carry(work, (id) => callUnary<string>((meta, options, done) => send(id, meta, options, done))),
      async [Symbol.asyncDispose]() {
        client.close();
        await listening[Symbol.asyncDispose]();
      },
    };
  },
};

type Send = (
  id: string,
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  done: grpc.requestCallback<string>,
) => grpc.ClientUnaryCall;
