// The ledger of the shop: a gRPC server that charges the first tenant in its caller's metadata. Its span names that tenant.
import { type handleUnaryCall, Server } from '@grpc/grpc-js';
import { trace } from '@opentelemetry/api';
import { listenGrpc } from '@trace-mesh/runtime/grpc';
import { serve } from '../src/program.ts';
import { type Order, service } from './charge.ts';

const charge: handleUnaryCall<Order, Order> = ({ metadata, request }, answer) => {
  // The values of one key arrive joined, as of any header.
  const [tenant] = metadata.get('x-tenant-id').flatMap((value) => String(value).split(', '));
  if (tenant) trace.getActiveSpan()?.setAttribute('mesh.tenant.id', tenant);
  answer(null, request);
};

await serve(async ({ announce, released }) => {
  const server = new Server();
  server.addService(service, { Charge: charge });
  await using listening = await listenGrpc(server, { host: '127.0.0.1', port: 0 });
  announce(`http://127.0.0.1:${listening.port}`);
  await released;
});
