// Every fault of the mesh, by row of the propagation matrix. `--break ROW` puts the faults of a row into force when a mesh
// starts, the console's knobs while it runs; state.ts holds those in force, injections.ts and spans.ts apply them.

/** What a fault takes away, and from which spans. */
type Effect =
  /** Nothing is injected for these transports, by `transportOf`; with `spans` only while such a span is active. */
  | { loses: 'context'; transports: readonly string[]; spans?: RegExp }
  /** The spans start without their parent or links, their children become siblings, or they do not end when cancelled. */
  | { loses: 'parent' | 'links' | 'children' | 'end'; spans: RegExp }
  /** A failed gRPC call ends without `google.rpc.Status`. */
  | { loses: 'error' };

export type Fault = Effect & {
  rows: readonly number[];
  /** Unique within a service: `<service>:<name>` is the knob. */
  name: string;
  /** The processes that can have it, by `OTEL_SERVICE_NAME`. */
  services: readonly string[];
  what: string;
  /** The source file that carries the hop. */
  file: string;
};

const TRACING = 'packages/tracing/src';
const HANDSHAKE = ['websocket-headers', 'websocket-protocol', 'websocket-hello'];

/** Names of spans follow the name of their tracer, after a blank. */
const faults: readonly Fault[] = [
  {
    rows: [1],
    name: 'http',
    services: ['agent', 'edge-mcp'],
    what: 'HTTP requests have no traceparent header',
    file: `${TRACING}/context/egress.ts`,
    loses: 'context',
    transports: ['http'],
  },
  {
    rows: [2, 3],
    name: 'mcp',
    services: ['agent'],
    what: 'MCP requests have no context in _meta',
    file: `${TRACING}/mcp/meta.ts`,
    loses: 'context',
    transports: ['mcp'],
  },
  {
    rows: [4],
    name: 'grpc',
    services: ['agent', 'rest-api', 'worker'],
    what: 'gRPC calls have no context in their metadata',
    file: `${TRACING}/grpc/carrier.ts`,
    loses: 'context',
    transports: ['grpc'],
  },
  ...(
    [
      [5, 'server-stream', 'WatchSpend'],
      [6, 'client-stream', 'RecordUsage'],
      [7, 'bidi', 'Negotiate'],
    ] as const
  ).map(
    ([row, kind, method]): Fault => ({
      rows: [row],
      name: `grpc-${kind}`,
      services: ['agent'],
      what: `${method} opens its stream without context in the metadata`,
      file: 'packages/runtime/src/grpc/client-streams.ts',
      loses: 'context',
      transports: ['grpc'],
      spans: new RegExp(`/${method}$`),
    }),
  ),
  {
    rows: [8],
    name: 'sqs-send',
    services: ['agent'],
    what: 'a single SQS message has no context in its attributes',
    file: `${TRACING}/sqs/carrier.ts`,
    loses: 'context',
    transports: ['sqs'],
    spans: / send /,
  },
  {
    rows: [9],
    name: 'sqs-batch',
    services: ['agent'],
    what: 'the SQS messages of a batch have no context in their attributes',
    file: `${TRACING}/sqs/batch.ts`,
    loses: 'context',
    transports: ['sqs'],
    spans: / create /,
  },
  {
    rows: [8, 9],
    name: 'sqs',
    services: ['rest-api'],
    what: 'SQS messages have no context in their attributes',
    file: `${TRACING}/sqs/carrier.ts`,
    loses: 'context',
    transports: ['sqs'],
  },
  {
    rows: [10],
    name: 'attempt-log',
    services: ['worker'],
    what: 'a failed attempt is not recorded for the next one to link to',
    file: 'packages/runtime/src/sqs/attempts.ts',
    loses: 'context',
    transports: ['attempt-log'],
  },
  {
    rows: [11],
    name: 'sqs-body',
    services: ['agent'],
    what: 'an SQS message with ten attributes has no context in its body either',
    file: `${TRACING}/sqs/carrier.ts`,
    loses: 'context',
    transports: ['sqs-body'],
  },
  {
    rows: [12],
    name: 'outbox',
    services: ['rest-api'],
    what: 'outbox rows have no context',
    file: 'services/rest-api/src/tasks.ts',
    loses: 'context',
    transports: ['outbox'],
  },
  {
    rows: [13],
    name: 'job-link',
    services: ['rest-api'],
    what: 'a job does not link to the request that created it',
    file: `${TRACING}/spans/links.ts`,
    loses: 'links',
    spans: / start job$/,
  },
  {
    rows: [14],
    name: 'batch-item',
    services: ['rest-api'],
    what: "a batch item's work runs beside its span, not inside it",
    file: `${TRACING}/spans/batch.ts`,
    loses: 'children',
    spans: / batch item$/,
  },
  {
    rows: [15],
    name: 'ws-handshake',
    services: ['agent'],
    what: 'the WebSocket handshake has no context in headers, subprotocols or first message',
    file: `${TRACING}/websocket/connect.ts`,
    loses: 'context',
    transports: HANDSHAKE,
  },
  {
    rows: [16],
    name: 'websocket',
    services: ['agent', 'ws-hub'],
    what: 'JSON messages on a WebSocket have no context in their envelope',
    file: `${TRACING}/websocket/envelope.ts`,
    loses: 'context',
    transports: ['websocket'],
  },
  {
    rows: [17],
    name: 'websocket-binary',
    services: ['agent', 'ws-hub'],
    what: 'binary messages on a WebSocket have no trace block',
    file: `${TRACING}/websocket/frame-codec.ts`,
    loses: 'context',
    transports: ['websocket-binary'],
  },
  {
    rows: [18],
    name: 'push',
    services: ['ws-hub'],
    what: 'pushes start outside the span of their event',
    file: `${TRACING}/websocket/message.ts`,
    loses: 'parent',
    spans: / send task\.updated$/,
  },
  {
    rows: [19],
    name: 'redis-command',
    services: ['cost-ledger', 'worker'],
    what: 'Redis commands start outside the span of their caller',
    file: `${TRACING}/redis/patch.ts`,
    loses: 'parent',
    spans: /instrumentation-ioredis /,
  },
  {
    rows: [20],
    name: 'redis',
    services: ['worker'],
    what: 'messages on the Redis channel have no context in their envelope',
    file: `${TRACING}/redis/redis.ts`,
    loses: 'context',
    transports: ['redis'],
  },
  {
    rows: [21],
    name: 'redis-stream',
    services: ['worker'],
    what: 'entries of the Redis stream have no fields for the context',
    file: `${TRACING}/redis/stream.ts`,
    loses: 'context',
    transports: ['redis-stream'],
  },
  {
    rows: [22],
    name: 'query',
    services: ['rest-api'],
    what: 'Postgres queries start outside the span of their request',
    file: `${TRACING}/postgres/pool.ts`,
    loses: 'parent',
    spans: /instrumentation-pg /,
  },
  {
    rows: [23],
    name: 'model',
    services: ['worker'],
    what: 'model calls start outside the span of their task',
    file: `${TRACING}/bedrock/extension.ts`,
    loses: 'parent',
    spans: /instrumentation-aws-sdk /,
  },
  {
    rows: [24],
    name: 'error',
    services: ['cost-ledger'],
    what: 'a failed gRPC call does not name the span of its error',
    file: `${TRACING}/errors/grpc.ts`,
    loses: 'error',
  },
  {
    rows: [25],
    name: 'cancelled',
    services: ['edge-mcp'],
    what: 'a cancelled MCP call never ends its span',
    file: `${TRACING}/mcp/operations.ts`,
    loses: 'end',
    spans: / tools\/call /,
  },
];

/** The rows that have a fault, in order. */
export const ROWS: readonly number[] = [...new Set(faults.flatMap(({ rows }) => rows))].sort((a, b) => a - b);

export const faultsOfRow = (row: number): Fault[] => faults.filter(({ rows }) => rows.includes(row));

export const faultsOfService = (service: string): Fault[] =>
  faults.filter(({ services }) => services.includes(service));

/** The knobs of a fault: one for each service, `<service>:<name>`. */
export const knobsOf = ({ services, name }: Pick<Fault, 'services' | 'name'>): string[] =>
  services.map((service) => `${service}:${name}`);

/** What each knob breaks. */
export const DROPS: Record<string, string> = Object.fromEntries(
  faults.flatMap((fault) => knobsOf(fault).map((knob) => [knob, `${knob.split(':', 1)}: ${fault.what}`])),
);
