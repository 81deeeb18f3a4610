// Every transport of the mesh that carries a context: the suite runs on each.
import { batch } from './adapters/batch.ts';
import { grpcUnary } from './adapters/grpc-unary.ts';
import { http } from './adapters/http.ts';
import { job } from './adapters/job.ts';
import { mcpHttp } from './adapters/mcp-http.ts';
import { outbox } from './adapters/outbox.ts';
import { redisPubSub } from './adapters/redis-pub-sub.ts';
import { sqs } from './adapters/sqs.ts';
import { wsHandshake } from './adapters/ws-handshake.ts';
import { wsJson } from './adapters/ws-json.ts';
import type { Transport } from './transport.ts';

export const transports: Transport[] = [
  http,
  grpcUnary,
  sqs,
  outbox,
  redisPubSub,
  wsJson,
  wsHandshake,
  mcpHttp,
  job,
  batch,
];
