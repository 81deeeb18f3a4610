// What each fault breaks, and the source file that carries the hop.
const TRACING = 'packages/tracing/src';
const STREAMS = 'packages/runtime/src/grpc/client-streams.ts';

/** By name of the fault. */
export const TEXTS = {
  http: ['HTTP requests have no traceparent header', `${TRACING}/context/egress.ts`],
  mcp: ['MCP requests have no context in _meta', `${TRACING}/mcp/meta.ts`],
  grpc: ['gRPC calls have no context in their metadata', `${TRACING}/grpc/carrier.ts`],
  'grpc-server-stream': ['WatchSpend opens its stream without context in the metadata', STREAMS],
  'grpc-client-stream': ['RecordUsage opens its stream without context in the metadata', STREAMS],
  'grpc-bidi': ['Negotiate opens its stream without context in the metadata', STREAMS],
  'sqs-send': ['a single SQS message has no context in its attributes', `${TRACING}/sqs/carrier.ts`],
  'sqs-batch': ['the SQS messages of a batch have no context in their attributes', `${TRACING}/sqs/batch.ts`],
  sqs: ['SQS messages have no context in their attributes', `${TRACING}/sqs/carrier.ts`],
  'attempt-log': [
    'a failed attempt is not recorded for the next one to link to',
    'packages/runtime/src/sqs/attempts.ts',
  ],
  'sqs-body': [
    'an SQS message with ten attributes has no context in its body either',
    `${TRACING}/sqs/carrier.ts`,
  ],
  outbox: ['outbox rows have no context', 'services/rest-api/src/tasks.ts'],
  'job-link': ['a job does not link to the request that created it', `${TRACING}/spans/links.ts`],
  'batch-item': ["a batch item's work runs beside its span, not inside it", `${TRACING}/spans/batch.ts`],
  'ws-handshake': [
    'the WebSocket handshake has no context in headers, subprotocols or first message',
    `${TRACING}/websocket/connect.ts`,
  ],
  websocket: [
    'JSON messages on a WebSocket have no context in their envelope',
    `${TRACING}/websocket/envelope.ts`,
  ],
  'websocket-binary': [
    'binary messages on a WebSocket have no trace block',
    `${TRACING}/websocket/frame-codec.ts`,
  ],
  push: ['pushes start outside the span of their event', `${TRACING}/websocket/message.ts`],
  'redis-command': ['Redis commands start outside the span of their caller', `${TRACING}/redis/patch.ts`],
  redis: ['messages on the Redis channel have no context in their envelope', `${TRACING}/redis/redis.ts`],
  'redis-stream': [
    'entries of the Redis stream have no fields for the context',
    `${TRACING}/redis/stream.ts`,
  ],
  query: ['Postgres queries start outside the span of their request', `${TRACING}/postgres/pool.ts`],
  model: ['model calls start outside the span of their task', `${TRACING}/bedrock/extension.ts`],
  error: ['a failed gRPC call does not name the span of its error', `${TRACING}/errors/grpc.ts`],
  cancelled: ['a cancelled MCP call never ends its span', `${TRACING}/mcp/operations.ts`],
  'sqs-receive': [
    'the consumer receives messages without the attributes, as if it requested none',
    `${TRACING}/sqs/receive.ts`,
  ],
  'websocket-context': [
    'messages on a WebSocket run in the context in which their connection was opened',
    `${TRACING}/websocket/message.ts`,
  ],
  sampler: [
    "the sampler decides again instead of following the parent's decision, and records nothing",
    `${TRACING}/sampling/sampler.ts`,
  ],
} as const satisfies Record<string, readonly [what: string, file: string]>;
