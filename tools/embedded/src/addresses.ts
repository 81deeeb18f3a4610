// The ports of the mesh: one for each name, in one block.
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import {
  addressOf,
  forAddressed,
  isAddressed,
  type OwnName,
  own,
  type StoryName,
  story,
} from '@trace-mesh/topology/services';
import { type Backends, endpointsOfBackends } from './backends.ts';

const SERVERS = ['trace-store', 'bedrock', 'queue', 'postgres', 'redis'] as const;
type ServiceName = StoryName | OwnName | 'console';
export type PortName = 'claim' | ServiceName | `${ServiceName}.health` | (typeof SERVERS)[number];

const health = ({ name }: { name: ServiceName }): PortName => `${name}.health`;

// The mesh listens on 'claim' to own the block. What is new goes to the end: users have bookmarks.
const PORTS: readonly PortName[] = [
  'claim',
  ...story.filter(isAddressed).map(({ name }) => name),
  'console',
  ...SERVERS,
  ...story.map(health),
  'console.health',
  ...own.flatMap((service): PortName[] => [...(isAddressed(service) ? [service.name] : []), health(service)]),
];

/** The number of ports that the mesh uses of its block. */
export const PORT_COUNT = PORTS.length;

export const HOST = '127.0.0.1';

/** The port of each name, and its address as `host:port` and as a URL. */
export function addressesOf({ basePort }: { basePort: number }) {
  const port = (name: PortName) => basePort + PORTS.indexOf(name);
  const address = (name: PortName) => `${HOST}:${port(name)}`;
  const http = (name: PortName) => `http://${address(name)}`;
  return { port, address, http };
}

const addressesOfStory = (address: (name: PortName) => string) =>
  Object.fromEntries(
    story.filter(isAddressed).map(({ name, kind }) => [name, addressOf(kind, address(name))]),
  ) as Record<Exclude<StoryName, 'worker'>, string>;

/** The addresses of a running mesh. */
export function endpointsOf(settings: {
  basePort: number;
  console: boolean;
  backends?: Backends | undefined;
}): Endpoints {
  const { address, http } = addressesOf(settings);
  return {
    ...addressesOfStory(address),
    bedrock: http('bedrock'),
    sqs: http('queue'),
    otlp: http('trace-store'),
    traces: http('trace-store'),
    viewer: http('trace-store'),
    ...endpointsOfBackends(settings.backends),
    ...(settings.console && { console: http('console') }),
    ...forAddressed(({ name, kind }) => addressOf(kind, address(name))),
  };
}
