// The ports of the mesh: one for each name, in one block.
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { addressOf, forAddressed, type OwnName, own } from '@trace-mesh/scenarios/services';
import { type Backends, endpointsOfBackends } from './backends.ts';

// The mesh listens on 'claim' to own the block. Add names at the end: users have bookmarks.
const STORY_PORTS = [
  'claim',
  'edge-mcp',
  'rest-api',
  'cost-ledger',
  'ws-hub',
  'console',
  'trace-store',
  'bedrock',
  'queue',
  'postgres',
  'redis',
  'edge-mcp.health',
  'rest-api.health',
  'cost-ledger.health',
  'ws-hub.health',
  'worker.health',
  'console.health',
] as const;
export type PortName = (typeof STORY_PORTS)[number] | OwnName | `${OwnName}.health`;
const PORTS: readonly PortName[] = [
  ...STORY_PORTS,
  ...own.flatMap(({ name, port }): PortName[] => [...(port === undefined ? [] : [name]), `${name}.health`]),
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

/** The addresses of a running mesh. */
export function endpointsOf(settings: {
  basePort: number;
  console: boolean;
  backends?: Backends | undefined;
}): Endpoints {
  const { address, http } = addressesOf(settings);
  return {
    'edge-mcp': `${http('edge-mcp')}/mcp`,
    'rest-api': http('rest-api'),
    'cost-ledger': address('cost-ledger'),
    'ws-hub': `ws://${address('ws-hub')}/ws`,
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
