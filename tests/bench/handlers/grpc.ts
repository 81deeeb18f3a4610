import * as grpc from '@grpc/grpc-js';
import { runAdmitted } from '@trace-mesh/tracing/grpc';
import { serveBatches } from '../batches.ts';
import { grpcCaller } from '../callers.ts';
import { service } from '../grpc-service.ts';
import { ours } from './ours.ts';

const work = async (item: number) => ({ item });

const server = new grpc.Server();
server.addService(service, {
  Work: ({ request }: grpc.ServerUnaryCall<{ item: number }, object>, done: grpc.sendUnaryData<object>) => {
    const working = ours ? runAdmitted({ inside: false }, () => work(request.item)) : work(request.item);
    working.then((result) => done(null, result), done);
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  serveBatches(port, () => grpcCaller(port));
});
