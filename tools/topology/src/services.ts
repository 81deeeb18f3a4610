// The services of the mesh, one row each: what a service is called by, what it uses, whom it calls. The embedded mesh starts the
// rows, the console draws them, and `npm run draw` makes from them the services of docker-compose.yml and of infra/k8s.
// Data only: importing it loads nothing else.

/** How a service is called: over HTTP, gRPC, a WebSocket, MCP, or with messages in a queue. */
export const KINDS = ['http', 'grpc', 'ws', 'mcp', 'sqs'] as const;
export type Kind = (typeof KINDS)[number];

/** A server that services use: `queue` is the queue of tasks. */
export type Need = 'postgres' | 'redis' | 'queue' | 'bedrock';

export interface Row {
  kind: Kind;
  /** The port of the host under which compose publishes it; one that only reads a queue has none. */
  port?: number;
  needs?: readonly Need[];
  /** The services that it calls, by name. */
  calls?: readonly string[];
  /** It tells its callers its own address, which it reads from `PUBLIC_URL`. */
  publicUrl?: true;
}

/** The services of the story. The embedded mesh gives out their ports in this order. */
const storyRows = {
  'edge-mcp': { kind: 'mcp', port: 8080, needs: ['redis'], calls: ['rest-api', 'ws-hub'], publicUrl: true },
  'rest-api': { kind: 'http', port: 8081, needs: ['postgres', 'redis', 'queue'], calls: ['cost-ledger'] },
  'cost-ledger': { kind: 'grpc', port: 8082, needs: ['postgres', 'redis'] },
  'ws-hub': { kind: 'ws', port: 8083, needs: ['redis'] },
  worker: { kind: 'sqs', needs: ['postgres', 'redis', 'queue', 'bedrock'], calls: ['cost-ledger'] },
} satisfies Record<string, Row>;

/** The services of your own, as `npm run new-service` writes them. `needs` and `calls` can be added. */
const ownRows = {
  // The newest last: the embedded mesh gives out its ports in this order.
} satisfies Record<string, Row>;

export type StoryName = keyof typeof storyRows;
export type OwnName = keyof typeof ownRows;

/** A row with its name. */
export interface Service extends Row {
  name: string;
}

const named = <Name extends string>(rows: Record<Name, Row>) =>
  Object.entries<Row>(rows).map(([name, row]) => ({ ...row, name: name as Name }));

/** The services of the story. */
export const story: readonly (Service & { name: StoryName })[] = named(storyRows);
/** The services of your own. */
export const own: readonly (Service & { name: OwnName })[] = named<OwnName>(ownRows);
/** All services. */
export const services: readonly (Service & { name: StoryName | OwnName })[] = [...story, ...own];

/** The names of the own services that have an address. */
type Addressed = {
  [Name in OwnName]: (typeof ownRows)[Name] extends { port: number } ? Name : never;
}[OwnName];

/** A value for each of them, by name. */
export function forAddressed<T>(make: (service: (typeof own)[number]) => T): Record<Addressed, T> {
  const addressed = own.filter(isAddressed);
  return Object.fromEntries(addressed.map((service) => [service.name, make(service)])) as Record<
    Addressed,
    T
  >;
}

/** Whether a service listens for callers; these are the public services. */
export const isAddressed = ({ kind }: Pick<Row, 'kind'>): boolean => kind !== 'sqs';

/** Whether a service reads a queue of its own name; one that reads the queue of tasks needs `queue`. */
export const hasQueue = ({ kind, needs }: Row): boolean => kind === 'sqs' && !needs?.includes('queue');

/** The needs of a service, its own queue included. */
export const needsOf = (row: Row): readonly Need[] =>
  hasQueue(row) ? [...(row.needs ?? []), 'queue'] : (row.needs ?? []);

/** Whether a service calls AWS: SQS or Bedrock. */
export const callsAws = (row: Row): boolean =>
  needsOf(row).some((need) => need === 'queue' || need === 'bedrock');

/** The queues of a mesh with these services, beside that of the tasks. */
export const queuesOf = (rows: readonly Service[]): string[] => rows.filter(hasQueue).map(({ name }) => name);
/** The queue of tasks. */
export const TASK_QUEUE = 'tasks';

/** The address of a service that listens at `at` (`host:port`): a URL, but `at` itself for gRPC. */
export function addressOf(kind: Kind, at: string): string {
  if (kind === 'grpc') return at;
  if (kind === 'ws') return `ws://${at}/ws`;
  return kind === 'mcp' ? `http://${at}/mcp` : `http://${at}`;
}

const asVariable = (name: string) => name.toUpperCase().replaceAll('-', '_');

/** The variable in which a caller has the address of a service: `REST_API_URL`, `COST_LEDGER_ADDRESS`. */
export const callVariable = ({ name, kind }: Pick<Service, 'name' | 'kind'>): string =>
  `${asVariable(name)}_${kind === 'grpc' ? 'ADDRESS' : 'URL'}`;

/**
 * The variables of a service that name the services which it calls. `at` is where one listens, as `host:port`.
 * Throws an Error for a call of a service that has no row.
 */
export function callsOf(
  { name, calls = [] }: Service,
  rows: readonly Service[],
  at: (service: Service) => string,
): Record<string, string> {
  const called = calls.map((callee) => {
    const service = rows.find((row) => row.name === callee);
    if (!service) throw new Error(`${name} calls ${callee}, which has no row in services.ts`);
    return service;
  });
  return Object.fromEntries(
    called.map((service) => [callVariable(service), addressOf(service.kind, at(service))]),
  );
}

/** The variable that moves a service's address for the demo, such as `MESH_GREETER_ADDRESS`. */
export const variableOf = (name: string): string => `MESH_${asVariable(name)}_ADDRESS`;
