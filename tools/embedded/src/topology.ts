// The whole mesh as data: each process with its environment, its dependencies and its readiness.
import { labEnv } from '@trace-mesh/faults/env';
import {
  callsOf,
  hasQueue,
  isAddressed,
  type Need,
  needsOf,
  queuesOf,
  type Service,
  services,
  TASK_QUEUE,
} from '@trace-mesh/topology/services';
import { addressesOf, endpointsOf, HOST, type PortName } from './addresses.ts';
import { awsEnvOf, type Backends, replacedBy } from './backends.ts';
import type { Readiness } from './ready.ts';

/** One process of the mesh. */
export type ProcessSpec = {
  name: string;
  /** Working folder, relative to the checkout, and the arguments of Node. */
  cwd: string;
  args: string[];
  env: Record<string, string>;
  /** Starts after these are ready, stops before them. */
  dependsOn: string[];
  ready: Readiness;
  /** It runs another program, which continues if this process is killed alone. */
  runsBinary?: true;
  /** A change below these folders restarts it in `npm run dev`. */
  watch: string[];
};

export type Settings = {
  /** First port of the mesh's block; see addresses.ts. */
  basePort: number;
  /** Folder for data, removed when the mesh stops. */
  runDir: string;
  databasePassword: string;
  /** Folder of the keys of tokens. */
  keysDir: string;
  /** Start the console; every process then obeys its knobs. */
  console: boolean;
  /** The environment with which the trace store forwards spans; see `forwardingEnv`. */
  forward: Record<string, string>;
  /** Servers that run elsewhere and replace parts of the mesh. */
  backends?: Backends | undefined;
};

/** The process that serves each need. */
const SERVER_OF: Record<Need, string> = {
  postgres: 'migrations',
  redis: 'redis',
  queue: 'queue',
  bedrock: 'bedrock',
};

/**
 * What must be ready before a service starts. gRPC servers are: their callers would log failed connections. HTTP and WebSocket
 * callers start beside the services that they call, and are ready once these answer.
 */
function dependenciesOf(row: Service): string[] {
  const isGrpc = (name: string) =>
    services.some((service) => service.name === name && service.kind === 'grpc');
  return [...needsOf(row).map((need) => SERVER_OF[need]), ...(row.calls ?? []).filter(isGrpc)];
}

/** Every process of the mesh, for one block of ports. */
export function topology(settings: Settings): ProcessSpec[] {
  const { backends } = settings;
  const { port, address, http } = addressesOf(settings);
  const endpoints = endpointsOf(settings);
  const on = (name: PortName) => ({ HOST, PORT: String(port(name)) });
  const ownDatabase = `postgres://mesh:${settings.databasePassword}@${address('postgres')}/postgres`;
  const database = backends?.databaseUrl ?? ownDatabase;

  const KEYS_DIR = { KEYS_DIR: settings.keysDir };
  // Public services sample by rules; all others follow their caller.
  const PUBLIC_EDGE = { OTEL_TRACES_SAMPLER: 'mesh_edge', ...KEYS_DIR };
  const LAB_URL = `ws://${address('console')}/lab`;
  const lab = settings.console ? labEnv(LAB_URL) : {};
  const SQS = { SQS_ENDPOINT: endpoints.sqs, ...awsEnvOf(backends) };
  const QUEUES = { QUEUES: [TASK_QUEUE, ...queuesOf(services)].join(' ') };
  /** What each need is in the environment. */
  const needs: Record<Need, Record<string, string>> = {
    postgres: { DATABASE_URL: database },
    redis: { REDIS_URL: backends?.redisUrl ?? `redis://${address('redis')}` },
    queue: { ...SQS, TASK_QUEUE },
    bedrock: { BEDROCK_ENDPOINT: http('bedrock') },
  };

  const part = (
    name: string,
    file: string,
    { cwd = 'tools/embedded', ...rest }: Partial<ProcessSpec> & Pick<ProcessSpec, 'ready'>,
  ): ProcessSpec => ({ name, cwd, args: [`src/${file}`], env: {}, dependsOn: [], watch: [], ...rest });

  type ServiceName = (typeof services)[number]['name'] | 'console';
  const service = (
    name: ServiceName,
    env: Record<string, string>,
    dependsOn: string[],
    folder = `services/${name}`,
  ): ProcessSpec => ({
    name,
    cwd: folder,
    args: ['--import', '@trace-mesh/tracing/register', 'src/main.ts'],
    env: {
      HOST,
      HEALTH_PORT: String(port(`${name}.health`)),
      OTEL_SERVICE_NAME: name,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      ...lab,
      ...env,
    },
    dependsOn: ['trace-store', ...dependsOn],
    ready: { http: `${http(`${name}.health`)}/readyz` },
    watch: [`${folder}/src`, 'packages/tracing/src', 'packages/runtime/src'],
  });
  const fromRow = (row: (typeof services)[number]): ProcessSpec => {
    const env = {
      ...(isAddressed(row) && { ...on(row.name), ...PUBLIC_EDGE }),
      ...(row.calls && KEYS_DIR),
      ...Object.assign({}, ...(row.needs ?? []).map((need) => needs[need])),
      ...(hasQueue(row) && { ...SQS, QUEUE: row.name }),
      ...callsOf(row, services, ({ name }) => address(name as PortName)),
    };
    return service(row.name, env, dependenciesOf(row));
  };

  const all: ProcessSpec[] = [
    part('trace-store', 'trace-store/main.ts', {
      env: { ...on('trace-store'), ...settings.forward },
      ready: { http: `${http('trace-store')}/healthz` },
    }),
    part('postgres', 'server/main.ts', {
      cwd: 'infra/postgres',
      runsBinary: true,
      env: { ...on('postgres'), POSTGRES_PASSWORD: settings.databasePassword, RUN_DIR: settings.runDir },
      ready: { postgres: database },
    }),
    part('redis', 'redis/main.ts', {
      runsBinary: true,
      env: { ...on('redis'), RUN_DIR: settings.runDir },
      ready: { tcp: port('redis') },
    }),
    backends?.sqs
      ? part('queue', 'queue/create/main.ts', { env: { ...SQS, ...QUEUES }, ready: { exit: 0 } })
      : part('queue', 'queue/main.ts', {
          env: { ...on('queue'), ...QUEUES, RUN_DIR: settings.runDir },
          ready: { http: `${http('queue')}/healthz` },
        }),
    part('bedrock', 'main.ts', {
      cwd: 'infra/bedrock',
      env: on('bedrock'),
      ready: { http: `${http('bedrock')}/healthz` },
      watch: ['infra/bedrock/src'],
    }),
    part('migrations', 'migrate.ts', {
      cwd: 'infra/postgres',
      env: needs.postgres,
      dependsOn: ['postgres'],
      ready: { exit: 0 },
    }),
    ...services.map(fromRow),
    ...(settings.console
      ? [
          service(
            'console',
            {
              ...on('console'),
              ...KEYS_DIR,
              LAB_URL,
              MESH_ENDPOINTS: JSON.stringify(endpoints),
              // The page starts the traces; other requests to the console's server are not sampled.
              OTEL_TRACES_SAMPLER: 'mesh_edge',
              OTEL_TRACES_SAMPLER_ARG: 'ratio=0,POST /api/firings=1',
            },
            services.map(({ name }) => name),
            'tools/console',
          ),
        ]
      : []),
  ];
  const replaced = replacedBy(backends);
  return all.filter(({ name }) => !replaced.includes(name));
}
