// The part of docker-compose.yml that follows from the rows: the services, and what other containers know of them.
import {
  callsOf,
  hasQueue,
  isAddressed,
  type Need,
  needsOf,
  queuesOf,
  type Service,
  TASK_QUEUE,
} from './services.ts';

/** The anchors in `x-env` of docker-compose.yml, by need. */
const ENV: Record<Need, string> = {
  postgres: 'postgres-env',
  redis: 'redis-env',
  queue: 'aws-env',
  bedrock: 'bedrock-env',
};

/** What must have happened for a need to be met. */
const MET: Record<Need, string> = {
  postgres: 'migrate: { condition: service_completed_successfully }',
  redis: 'redis: { condition: service_healthy }',
  queue: 'localstack: { condition: service_healthy }',
  bedrock: 'bedrock: { condition: service_healthy }',
};

const asVariable = (name: string) => name.toUpperCase().replaceAll('-', '_');
const hostPort = ({ name, port }: Service) => `\${${asVariable(name)}_PORT:-${port}}`;

/** Where callers find it, if that is not its port of the host: a load balancer in front of several instances. */
const addressVariable = ({ name }: Service) => `${asVariable(name)}_URL`;

function environmentOf(service: Service, rows: readonly Service[]): string[] {
  const edge = isAddressed(service);
  const anchors = [
    'service-env',
    ...(edge ? ['edge-env'] : []),
    ...needsOf(service).map((need) => ENV[need]),
  ];
  const variables = {
    OTEL_SERVICE_NAME: service.name,
    ...(!edge && service.calls && { KEYS_DIR: '/keys' }),
    ...(hasQueue(service) && { QUEUE: service.name }),
    ...callsOf(service, rows, ({ name }) => `${name}:8080`),
    ...(service.publicUrl && {
      PUBLIC_URL: `\${${addressVariable(service)}:-http://127.0.0.1:${hostPort(service)}/mcp}`,
    }),
  };
  return [
    `<<: [${anchors.map((anchor) => `*${anchor}`).join(', ')}]`,
    ...Object.entries(variables).map(([name, value]) => `${name}: ${value}`),
  ];
}

/** A service that calls another is started after it, and so after what the other waits for. */
function dependenciesOf(service: Service): string[] {
  const { calls = [] } = service;
  return [
    ...(isAddressed(service) && calls.length === 0
      ? ['keys: { condition: service_completed_successfully }']
      : []),
    ...needsOf(service).map((need) => MET[need]),
    ...calls.map((name) => `${name}: { condition: service_healthy }`),
    ...(calls.length === 0 ? ['jaeger-ready: { condition: service_completed_successfully }'] : []),
  ];
}

function blockOf(service: Service, rows: readonly Service[], mesh: string): string {
  const { name } = service;
  const lines = [
    `  ${name}:`,
    '    <<: *service',
    `    build: { context: ., args: { SERVICE: services/${name} } }`,
    `    image: ${mesh}-${name}`,
    '    environment:',
    ...environmentOf(service, rows).map((line) => `      ${line}`),
    ...(isAddressed(service) ? [`    ports: ["127.0.0.1:${hostPort(service)}:8080"]`] : []),
    '    depends_on:',
    ...dependenciesOf(service).map((line) => `      ${line}`),
  ];
  return lines.join('\n');
}

/** The values that other parts of the file refer to. */
function valuesOf(rows: readonly Service[]): string {
  const hosts = rows.filter(({ kind }) => kind !== 'sqs' && kind !== 'grpc').map(({ name }) => name);
  const called = new Set(rows.flatMap(({ calls = [] }) => calls));
  return [
    `x-queues: &queues ${[TASK_QUEUE, ...queuesOf(rows)].join(' ')}`,
    `x-hosts: &hosts ${['localhost', '127.0.0.1', '[::1]', ...hosts].join(',')}`,
    '# Those that no other service waits for: when they are healthy, all are.',
    'x-all-healthy: &all-healthy',
    ...rows
      .filter(({ name }) => !called.has(name))
      .map(({ name }) => `  ${name}: { condition: service_healthy }`),
  ].join('\n');
}

const FROM = 'from tools/topology/src/services.ts';
const VALUES = { begin: `# Made by \`npm run draw\` ${FROM}: values.\n`, end: '# End of the made values.\n' };
const SERVICES = {
  begin: `  # Made by \`npm run draw\` ${FROM}: services.\n`,
  end: '\n  # End of the made services.\n',
};

/** `text` of the file `path` with `made` between two lines. Throws an Error where one is absent, or twice. */
export function replaceBetween(
  path: string,
  text: string,
  { begin, end }: { begin: string; end: string },
  made: string,
): string {
  const [before, rest, ...more] = text.split(begin);
  const [, after] = (rest ?? '').split(end);
  if (after === undefined || more.length > 0)
    throw new Error(`${path} does not have these lines once: ${begin.trim()} … ${end.trim()}`);
  return `${before}${begin}${made}\n${end}${after}`;
}

/** The name of the compose project, with which the names of the images begin. */
export function meshName(compose: string): string {
  const [, name] = /^name: (\S+)$/m.exec(compose) ?? [];
  if (!name) throw new Error('docker-compose.yml has no name (add `name: …`)');
  return name;
}

/** docker-compose.yml with the services of the rows. Throws an Error where a mark is absent. */
export function withServices(compose: string, rows: readonly Service[]): string {
  const mesh = meshName(compose);
  const blocks = rows.map((service) => blockOf(service, rows, mesh)).join('\n\n');
  const between = (text: string, marks: typeof VALUES, made: string) =>
    replaceBetween('docker-compose.yml', text, marks, made);
  return between(between(compose, VALUES, valuesOf(rows)), SERVICES, blocks);
}
