// The services of your own, beside those of the story: one row each, as `npm run new-service` writes it. The embedded mesh
// starts them, the lab and the console know them, and scenarios find them in `endpoints`. Data alone: whoever reads it loads
// nothing else with it.

/** How a service is spoken to: over HTTP, gRPC, a WebSocket, MCP, or with messages in a queue of its own name. */
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

/** The names of those that others call, and so have an address. */
type Addressed = {
  [Name in OwnName]: (typeof ownServices)[Name] extends { port: number } ? Name : never;
}[OwnName];

/** A value for each of them, by its name. */
export function forAddressed<T>(make: (service: (typeof own)[number]) => T): Record<Addressed, T> {
  const addressed = own.filter(({ port }) => port !== undefined);
  return Object.fromEntries(addressed.map((service) => [service.name, make(service)])) as Record<
    Addressed,
    T
  >;
}

/** The queues of those that read one. */
export const ownQueues: readonly string[] = own.filter(({ kind }) => kind === 'sqs').map(({ name }) => name);

/** Where a service answers that listens at `at` (`host:port`): a URL, but for gRPC, which dials `at` itself. */
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
