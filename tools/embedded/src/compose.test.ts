// docker-compose.yml agrees with the embedded mesh where traces depend on it.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
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
