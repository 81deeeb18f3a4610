// All scenarios, in the order in which the demo fires them. The CLI, the console and the tests read this table.
import { bedrockConverse, bedrockInvoke, bedrockLeft, bedrockStream, bedrockThrottled } from './bedrock.ts';
import { createTask } from './create-task.ts';
import { errorHttp, errorMcp, errorTask } from './errors.ts';
import { grpcBidi, grpcClientStream, grpcServerStream, grpcUnary } from './grpc.ts';
import { http } from './http.ts';
import { mcpHttpLegacy, mcpHttpModern, mcpStdio } from './mcp.ts';
import { mcpCancel } from './mcp-cancel.ts';
import { asyncJob, batch, outbox } from './outbox.ts';
import { postgres } from './postgres.ts';
import { redisCommands, redisPubSub, redisStream } from './redis.ts';
import type { Scenario } from './scenario.ts';
import { sqs, sqsRedelivery, sqsTenAttributes } from './sqs.ts';
import { sqsBatch, sqsLink } from './sqs-modes.ts';
import { wsBinary, wsFanOut, wsHandshake, wsJson, wsResume } from './websocket.ts';

export type { Scenario };

/** The scenarios by topic. */
export const groups: { title: string; scenarios: Scenario[] }[] = [
  { title: 'The story', scenarios: [createTask] },
  { title: 'HTTP', scenarios: [http] },
  { title: 'gRPC', scenarios: [grpcUnary, grpcServerStream, grpcClientStream, grpcBidi] },
  { title: 'MCP', scenarios: [mcpHttpModern, mcpHttpLegacy, mcpStdio, mcpCancel] },
  { title: 'WebSocket', scenarios: [wsHandshake, wsJson, wsBinary, wsFanOut, wsResume] },
  { title: 'Redis', scenarios: [redisPubSub, redisStream, redisCommands] },
  { title: 'SQS', scenarios: [sqs, sqsLink, sqsBatch, sqsRedelivery, sqsTenAttributes] },
  { title: 'Outbox, jobs, batches', scenarios: [outbox, asyncJob, batch] },
  {
    title: 'Bedrock',
    scenarios: [bedrockConverse, bedrockStream, bedrockInvoke, bedrockThrottled, bedrockLeft],
  },
  { title: 'Postgres', scenarios: [postgres] },
  { title: 'Errors', scenarios: [errorHttp, errorTask, errorMcp] },
];

export const scenarios: Scenario[] = groups.flatMap((group) => group.scenarios);
