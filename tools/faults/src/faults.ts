// Every fault of the mesh, by row of the propagation matrix. `--break ROW` puts the faults of a row into force when a mesh
// starts, the console's knobs while it runs; state.ts holds those in force, injections.ts and spans.ts apply them.
import type { Cause } from '@trace-mesh/trace-doctor/diagnose';

interface Scope {
  rows: readonly number[];
  /** The processes that can have it, by `OTEL_SERVICE_NAME`. */
  services: readonly string[];
}

/** What a fault takes away, and from which spans: their names follow the name of their tracer, after a blank. */
type Effect =
  /** Nothing is injected for these transports, by `transportOf`; with `spans` only while such a span is active. */
  | { loses: 'context'; transports: readonly string[]; spans?: RegExp }
  /** The spans start without their parent or links, their children become siblings, or they do not end when cancelled. */
  | { loses: 'parent' | 'links' | 'children' | 'end'; spans: RegExp }
  /** A failed gRPC call ends without `google.rpc.Status`. */
  | { loses: 'error' };

export type Fault = Effect &
  Scope & {
    /** Unique within a service: `<service>:<name>` is the knob. */
    name: string;
    what: string;
    /** What the doctor finds where it is in force. */
    cause: Cause;
    /** The source file that carries the hop. */
    file: string;
  };

const TRACING = 'packages/tracing/src';
const STREAMS = 'packages/runtime/src/grpc/client-streams.ts';

/** What is broken, and the source file that carries the hop. */
const TEXTS = {
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
} as const satisfies Record<string, readonly [what: string, file: string]>;
type Name = keyof typeof TEXTS;

const HANDSHAKE = ['websocket-headers', 'websocket-protocol', 'websocket-hello'];

/** Faults of carriers: the transport has the name of the fault, unless `transports` names others. */
type OfCarrier = Scope & { transports?: readonly string[]; spans?: RegExp };
const CARRIERS = {
  http: { rows: [1], services: ['agent', 'edge-mcp'] },
  mcp: { rows: [2, 3], services: ['agent'] },
  grpc: { rows: [4], services: ['agent', 'rest-api', 'worker'] },
  'grpc-server-stream': { rows: [5], services: ['agent'], transports: ['grpc'], spans: /\/WatchSpend$/ },
  'grpc-client-stream': { rows: [6], services: ['agent'], transports: ['grpc'], spans: /\/RecordUsage$/ },
  'grpc-bidi': { rows: [7], services: ['agent'], transports: ['grpc'], spans: /\/Negotiate$/ },
  'sqs-send': { rows: [8], services: ['agent'], transports: ['sqs'], spans: / send / },
  'sqs-batch': { rows: [9], services: ['agent'], transports: ['sqs'], spans: / create / },
  sqs: { rows: [8, 9], services: ['rest-api'] },
  'attempt-log': { rows: [10], services: ['worker'] },
  'sqs-body': { rows: [11], services: ['agent'] },
  outbox: { rows: [12], services: ['rest-api'] },
  'ws-handshake': { rows: [15], services: ['agent'], transports: HANDSHAKE },
  websocket: { rows: [16], services: ['agent', 'ws-hub'] },
  'websocket-binary': { rows: [17], services: ['agent', 'ws-hub'] },
  redis: { rows: [20], services: ['worker'] },
  'redis-stream': { rows: [21], services: ['worker'] },
} satisfies Partial<Record<Name, OfCarrier>>;

/** Faults of spans, and of errors. */
type OfSpan = Scope & Exclude<Effect, { loses: 'context' }>;
const OTHERS: Record<Exclude<Name, keyof typeof CARRIERS>, OfSpan> = {
  'job-link': { rows: [13], services: ['rest-api'], loses: 'links', spans: / start job$/ },
  'batch-item': { rows: [14], services: ['rest-api'], loses: 'children', spans: / batch item$/ },
  push: { rows: [18], services: ['ws-hub'], loses: 'parent', spans: / send task\.updated$/ },
  'redis-command': {
    rows: [19],
    services: ['cost-ledger', 'worker'],
    loses: 'parent',
    spans: /instrumentation-ioredis /,
  },
  query: { rows: [22], services: ['rest-api'], loses: 'parent', spans: /instrumentation-pg / },
  model: { rows: [23], services: ['worker'], loses: 'parent', spans: /instrumentation-aws-sdk / },
  error: { rows: [24], services: ['cost-ledger'], loses: 'error' },
  cancelled: { rows: [25], services: ['edge-mcp'], loses: 'end', spans: / tools\/call / },
};

/** The causes that the doctor can tell apart; of all other faults it is `carrier-without-context`. */
const CAUSES: Partial<Record<string, Cause>> = {
  http: 'http-without-traceparent',
  'ws-handshake': 'http-without-traceparent',
  'sqs-body': 'no-room-for-context',
  'batch-item': 'item-outside-its-span',
  cancelled: 'never-arrived',
} satisfies Partial<Record<Name, Cause>>;

const carriers: Partial<Record<string, OfCarrier>> = CARRIERS;
const others: Partial<Record<string, OfSpan>> = OTHERS;

const faults: readonly Fault[] = Object.entries(TEXTS).flatMap(([name, [what, file]]) => {
  const carrier = carriers[name];
  const effect = carrier ? ({ loses: 'context', transports: [name], ...carrier } as const) : others[name];
  const cause = CAUSES[name] ?? 'carrier-without-context';
  return effect ? [{ name, what, file, cause, ...effect }] : [];
});

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
