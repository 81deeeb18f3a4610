// Every transport of the mesh that carries a context.
import { batch } from './adapters/batch.ts';
import { grpcBidi, grpcClientStream, grpcServerStream, grpcUnary } from './adapters/grpc.ts';
import { http } from './adapters/http.ts';
import { job } from './adapters/job.ts';
import { mcpHttp } from './adapters/mcp-http.ts';
import { mcpStdio } from './adapters/mcp-stdio.ts';
import { outbox } from './adapters/outbox.ts';
import { redisPubSub } from './adapters/redis-pub-sub.ts';
import { redisStream } from './adapters/redis-stream.ts';
import { sqs, sqsBatch, sqsLink, sqsTenAttributes } from './adapters/sqs.ts';
import { wsHandshakes } from './adapters/ws-handshake.ts';
import { wsBinary, wsJson } from './adapters/ws-messages.ts';
import type { Transport } from './transport.ts';

export const transports: Transport[] = [
  http,
  grpcUnary,
  grpcServerStream,
  grpcClientStream,
  grpcBidi,
  sqs,
  sqsLink,
  sqsBatch,
  sqsTenAttributes,
  outbox,
  redisPubSub,
  redisStream,
  wsJson,
  wsBinary,
  ...wsHandshakes,
  mcpHttp,
  mcpStdio,
  job,
  batch,
];
