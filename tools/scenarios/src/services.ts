// The services of your own, beside those of the story: one row each, as `npm run new-service` writes it. The embedded mesh
// starts them, the console lists them, and scenarios find them in `endpoints`. Data only: importing it loads nothing else.

/** How a service is called: over HTTP, gRPC, a WebSocket, MCP, or with messages in a queue of its own name. */
export const KINDS = ['http', 'grpc', 'ws', 'mcp', 'sqs'] as const;
export type Kind = (typeof KINDS)[number];

export interface OwnService {
  kind: Kind;
  /** The port of the host under which compose publishes it; one that only reads a queue has none. */
  port?: number;
}

const ownServices = {
  // The newest last: the embedded mesh gives out its ports in this order.
} satisfies Record<string, OwnService>;

export type OwnName = keyof typeof ownServices;

/** The rows, each with its name. */
export const own: readonly (OwnService & { name: OwnName })[] = namesOf(ownServices).map((name) => {
  const service: OwnService = ownServices[name];
  return { ...service, name };
});

/** The names of the services that have an address. */
type Addressed = {
  [Name in OwnName]: (typeof ownServices)[Name] extends { port: number } ? Name : never;
}[OwnName];

/** A value for each of them, by name. */
export function forAddressed<T>(make: (service: (typeof own)[number]) => T): Record<Addressed, T> {
  const addressed = own.filter(({ port }) => port !== undefined);
  return Object.fromEntries(addressed.map((service) => [service.name, make(service)])) as Record<
    Addressed,
    T
  >;
}

/** The queues of those that read one. */
export const ownQueues: readonly string[] = own.filter(({ kind }) => kind === 'sqs').map(({ name }) => name);

/** The address of a service that listens at `at` (`host:port`): a URL, but `at` itself for gRPC. */
export function addressOf(kind: Kind, at: string): string {
  if (kind === 'grpc') return at;
  if (kind === 'ws') return `ws://${at}/ws`;
  return kind === 'mcp' ? `http://${at}/mcp` : `http://${at}`;
}

/** The variable that moves a service's address for the demo, such as `MESH_GREETER_ADDRESS`. */
export const variableOf = (name: string): string => `MESH_${name.toUpperCase().replaceAll('-', '_')}_ADDRESS`;

function namesOf<T extends object>(record: T): (keyof T)[] {
  return Object.keys(record) as (keyof T)[];
}
