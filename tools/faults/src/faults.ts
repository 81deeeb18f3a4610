// Every fault of the mesh, by row of the propagation matrix. `--break ROW` puts the faults of a row into force when a mesh
// starts, the console's knobs while it runs; state.ts holds those in force, injections.ts and spans.ts apply them.
import type { Cause } from '@trace-mesh/trace-doctor/diagnose';
import { TEXTS } from './texts.ts';

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
  | { loses: 'error' }
  /** The spans start as children of what they link to first, not of their sender. */
  | { loses: 'sender'; spans: RegExp }
  /** The consumer requests no message attributes. */
  | { loses: 'attributes' }
  /** Every sampler decides again for the traces that reach it: the service drops them, all others keep them. */
  | { loses: 'decision' };

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
  'sqs-receive': { rows: [8, 9], services: ['worker'], loses: 'attributes' },
  'websocket-context': {
    rows: [16, 17],
    services: ['agent', 'edge-mcp', 'ws-hub'],
    loses: 'sender',
    spans: / process (subscribe|task\.updated)$/,
  },
  sampler: { rows: [1, 8], services: ['rest-api', 'worker'], loses: 'decision' },
};

/** What the receiving side loses; all other faults are of the sending side. */
const RECEIVING: readonly Fault['loses'][] = ['sender', 'attributes', 'decision'];

/** The causes that the doctor can tell apart; of all other faults it is `carrier-without-context`. */
const CAUSES: Partial<Record<string, Cause>> = {
  http: 'http-without-traceparent',
  'ws-handshake': 'http-without-traceparent',
  'sqs-body': 'no-room-for-context',
  'batch-item': 'item-outside-its-span',
  cancelled: 'never-arrived',
  'sqs-receive': 'message-attributes-not-asked-for',
  'websocket-context': 'context-of-the-connection',
  sampler: 'sampler-ignores-its-parent',
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

/** Whether the knob's service is the far side of the hop. */
export const isOfReceiver = ({ loses }: Pick<Fault, 'loses'>): boolean => RECEIVING.includes(loses);

/** The faults that `--break ROW` puts into force: what its carrier loses is lost before any receiver. */
export const carrierFaultsOf = (row: number): Fault[] =>
  faultsOfRow(row).filter((fault) => !isOfReceiver(fault));

export const faultsOfService = (service: string): Fault[] =>
  faults.filter(({ services }) => services.includes(service));

/** The knobs of a fault: one for each service, `<service>:<name>`. */
export const knobsOf = ({ services, name }: Pick<Fault, 'services' | 'name'>): string[] =>
  services.map((service) => `${service}:${name}`);

/** What each knob breaks. */
export const DROPS: Record<string, string> = Object.fromEntries(
  faults.flatMap((fault) => knobsOf(fault).map((knob) => [knob, `${knob.split(':', 1)}: ${fault.what}`])),
);
