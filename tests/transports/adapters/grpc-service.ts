// What the four gRPC adapters share: a service without a .proto file, with one method whose messages are the desk's numbers.
import * as grpc from '@grpc/grpc-js';
import { listenGrpc, type ServeOptions } from '@trace-mesh/runtime/grpc';
import { Desk, type Transport } from '../transport.ts';

const toBytes = (text: string) => Buffer.from(text);
const toText = (bytes: Buffer) => bytes.toString();

/** Both ends are services of the mesh. */
const OPTIONS: ServeOptions = { admit: () => ({ inside: true }), onBug: (error) => console.error(error) };

/** One kind of call: how it is served, and how the near side makes it with the generic client's `method`. */
export interface Kind<Method> {
  name: string;
  requestStream?: boolean;
  responseStream?: boolean;
  serve(run: (id: string) => Promise<string>, options: ServeOptions): grpc.UntypedHandleCall;
  call(method: Method, id: string): Promise<unknown>;
}

/** The transport of this kind of call: metadata, written and read by the gRPC instrumentation. */
export function grpcTransport<Method>(kind: Kind<Method>): Transport {
  const { name, requestStream = false, responseStream = false } = kind;
  const definition: grpc.ServiceDefinition = {
    [name]: {
      path: `/test.Carrier/${name}`,
      requestStream,
      responseStream,
      requestSerialize: toBytes,
      requestDeserialize: toText,
      responseSerialize: toBytes,
      responseDeserialize: toText,
    },
  };
  return {
    name: `grpc ${name}`,
    path: [`server test.Carrier/${name}`, `client test.Carrier/${name}`],
    async open() {
      const desk = new Desk();
      const run = async (id: string) => {
        await desk.run(id);
        return id;
      };
      const server = new grpc.Server();
      server.addService(definition, { [name]: kind.serve(run, OPTIONS) });
      const listening = await listenGrpc(server, { host: '127.0.0.1', port: 0 });
      const Client = grpc.makeGenericClientConstructor(definition, 'Carrier');
      const client = new Client(`127.0.0.1:${listening.port}`, grpc.credentials.createInsecure());
      const method = client[name]?.bind(client) as Method;
      return {
        carry: (work) => desk.carry(work, (id) => kind.call(method, id)),
        async [Symbol.asyncDispose]() {
          client.close();
          await listening[Symbol.asyncDispose]();
        },
      };
    },
  };
}
