// docker-compose.yml agrees with the embedded mesh where traces depend on it.
import { existsSync } from 'node:fs';
import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { inCheckout } from './checkout.ts';
import { inheritedEnv } from './child-env.ts';
import { topology } from './topology.ts';

const compose = await readFile(inCheckout('docker-compose.yml'), 'utf8');
const { version } = JSON.parse(await readFile(inCheckout('package.json'), 'utf8'));

it('compose and the embedded mesh set the version of the repository as service.version', () => {
  expect(compose).toContain(`service.version=${version},deployment.environment.name=compose`);
  expect(inheritedEnv({}).OTEL_RESOURCE_ATTRIBUTES).toBe(
    `service.version=${version},deployment.environment.name=embedded`,
  );
});

it('compose loads the preload that rewrites source only with MESH_LAB', () => {
  const preloads = [...compose.matchAll(/^ +(NODE_OPTIONS|MESH_LAB_URL): (.*)$/gm)];
  expect(preloads.map(([, name]) => name).sort()).toEqual(['MESH_LAB_URL', 'NODE_OPTIONS']);
  for (const [, , value] of preloads) expect(value).toMatch(/^\$\{MESH_LAB:\+[^}]+\}$/);
});

it('every build and working folder of docker-compose.yml exists', () => {
  const folders = [...compose.matchAll(/SERVICE: (\S+) \}|working_dir: \/mesh\/(\S+)/g)].map(
    ([, built, worked]) => built ?? worked ?? '',
  );
  expect(folders.length).toBeGreaterThan(8);
  expect(folders.filter((folder) => !existsSync(inCheckout(folder)))).toEqual([]);
});

const configOf = async (file: string) =>
  parse(await readFile(inCheckout(`infra/${file}`), 'utf8')) as Collector;

/** A configuration of Jaeger, which is an OpenTelemetry Collector, as far as it is read here. */
interface Collector {
  service: {
    pipelines: Record<string, { receivers?: string[]; processors?: string[]; exporters?: string[] }>;
  };
  [section: string]: Record<string, unknown>;
}

it.each([
  ['Jaeger', ['jaeger/jaeger.yaml']],
  [
    'Jaeger with tail sampling',
    ['jaeger/jaeger.yaml', 'jaeger/tail-sampling.yaml', 'collector/tail-sampling.yaml'],
  ],
  ['tier 1 of the collector', ['collector/tier1.yaml']],
  ['tier 2 of the collector', ['collector/tail-sampling.yaml', 'collector/tier2.yaml']],
])('the pipelines of %s name components that the configuration has', async (_, files) => {
  const configs = await Promise.all(files.map(configOf));
  const pipelines: Collector['service']['pipelines'] = {};
  for (const { service } of configs)
    for (const [name, pipeline] of Object.entries(service?.pipelines ?? {}))
      pipelines[name] = { ...pipelines[name], ...pipeline };
  const known = (section: string) =>
    configs.flatMap((config) => Object.keys({ ...config[section], ...config.connectors }));
  expect(Object.keys(pipelines).length).toBeGreaterThan(0);
  for (const pipeline of Object.values(pipelines)) {
    expect(known('receivers')).toEqual(expect.arrayContaining(pipeline.receivers ?? []));
    expect(known('processors')).toEqual(expect.arrayContaining(pipeline.processors ?? []));
    expect(known('exporters')).toEqual(expect.arrayContaining(pipeline.exporters ?? []));
  }
});

it('Jaeger refuses spans before its heap reaches the limit of Go, and that before the limit of its container', async () => {
  const { processors } = await configOf('jaeger/jaeger.yaml');
  const limiter = processors?.memory_limiter;
  const [, go] = /GOMEMLIMIT: (\d+)MiB/.exec(compose) ?? [];
  const [, gigabytes] = /mem_limit: (\d+)g/.exec(compose) ?? [];
  const { limit_mib: refuses } = z.object({ limit_mib: z.number() }).parse(limiter);
  expect(refuses).toBeLessThan(Number(go));
  expect(Number(go)).toBeLessThan(Number(gigabytes) * 1024);
});

it('the links of the user interface of Jaeger read attributes that the mesh sets', async () => {
  const ui = await readFile(inCheckout('infra/jaeger/ui.json'), 'utf8');
  const names = await readFile(inCheckout('packages/tracing/src/spans/attributes.ts'), 'utf8');
  const keys = [...ui.matchAll(/#\{(mesh[\w.]+)\}/g)].map(([, key]) => key ?? '');
  expect(keys).toContain('mesh.link.trace_id');
  for (const key of keys) expect(names).toContain(`'${key}'`);
  expect(JSON.parse(ui).linkPatterns.length).toBeGreaterThan(3);
});

it('no service of compose depends on a Jaeger that has merely been started', () => {
  const waiting = [...compose.matchAll(/(jaeger(?:-ready)?): \{ condition: (\w+) \}/g)];
  const conditions = new Set(waiting.map(([, service, condition]) => `${service} ${condition}`));
  // jaeger-ready itself waits for Jaeger to answer.
  const started = ['jaeger service_started', 'jaeger-ready service_completed_successfully'];
  expect([...conditions].sort()).toEqual(started);
  expect(waiting.filter(([, service]) => service === 'jaeger')).toHaveLength(1);
});

it('LocalStack runs its scripts: shell scripts are executable', async () => {
  const scripts = await readdir(inCheckout('localstack/init'), { recursive: true, withFileTypes: true });
  const shell = scripts.filter(({ name }) => name.endsWith('.sh'));
  expect(shell.length).toBeGreaterThan(0);
  for (const { parentPath, name } of shell) await access(join(parentPath, name), constants.X_OK);
});

it('resource attributes of the user override those of the mesh', () => {
  expect(inheritedEnv({ OTEL_RESOURCE_ATTRIBUTES: 'team=a' }).OTEL_RESOURCE_ATTRIBUTES).toMatch(/,team=a$/);
});

it('compose and the embedded mesh have the same public edges', () => {
  const settings = {
    basePort: 20_000,
    runDir: '/tmp',
    databasePassword: 'x',
    keysDir: '/tmp',
    console: true,
    forward: {},
  };
  const embedded = topology(settings)
    .filter(({ env }) => env.OTEL_TRACES_SAMPLER === 'mesh_edge')
    .map(({ name }) => name);
  const composed = [...compose.matchAll(/<<: \[[^\]]*\*edge-env[^\]]*\]\n +OTEL_SERVICE_NAME: (\S+)/g)];
  expect(embedded.sort()).toEqual(composed.map(([, name]) => name).sort());
  expect(embedded).toEqual(
    expect.arrayContaining(['edge-mcp', 'rest-api', 'cost-ledger', 'ws-hub', 'console']),
  );
});
