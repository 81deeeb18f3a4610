// The import rules of CONTRIBUTING.md in biome.json: each is tried on a line that breaks it.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMPORTS = 'lint/style/noRestrictedImports';
const ENV = 'lint/style/noProcessEnv';
const anything = (from: string) => `export * from '${from}';`;
const READ = 'export const level = process.env.LEVEL;';

const REJECTED: [what: string, file: string, line: string, rule: string][] = [
  ['tracing → a service', 'packages/tracing/src/a.ts', anything('@trace-mesh/rest-api/client'), IMPORTS],
  ['tracing → a package', 'packages/tracing/src/b.ts', anything('@trace-mesh/access/caller'), IMPORTS],
  ['a service → the SDK', 'services/worker/src/c.ts', anything('@opentelemetry/sdk-node'), IMPORTS],
  ['a service → an exporter', 'services/worker/src/d.ts', anything('@opentelemetry/exporter-x/y'), IMPORTS],
  ["a service → another's files", 'services/a/src/routes/e.ts', anything('../../../b/src/x.ts'), IMPORTS],
  ["a test → a service's files", 'tests/e2e/f.test.ts', anything('../../services/b/src/x.ts'), IMPORTS],
  ["a package → another's files", 'tools/cli/src/g.ts', anything('../../lab/src/x.ts'), IMPORTS],
  ["a service's test → another's files", 'services/a/src/n.test.ts', anything('../../b/src/x.ts'), IMPORTS],
  ['a service → a tool', 'services/a/src/p.ts', anything('@trace-mesh/scenarios/fire'), IMPORTS],
  ["a service's test → a tool", 'services/a/src/q.test.ts', anything('@trace-mesh/embedded/mesh'), IMPORTS],
  [
    "a package's fixture → a tool",
    'packages/a/src/r.fixture.ts',
    anything('@trace-mesh/faults/env'),
    IMPORTS,
  ],
  ["a double's test → a tool", 'infra/bedrock/src/s.test.ts', anything('@trace-mesh/cli/target'), IMPORTS],
  ["a service → another's app", 'services/a/src/t.ts', anything('@trace-mesh/b/app'), IMPORTS],
  ['the environment in a service', 'services/worker/src/h.ts', READ, ENV],
  ['the environment in tracing', 'packages/tracing/src/i.ts', READ, ENV],
  ['the environment in a package', 'packages/access/src/j.ts', READ, ENV],
];
const ACCEPTED: [what: string, file: string, line: string][] = [
  ["a service → another's client", 'services/worker/src/k.ts', anything('@trace-mesh/cost-ledger/client')],
  ['a service → the API', 'services/worker/src/l.ts', anything('@opentelemetry/api')],
  [
    "a service's test → another's starter",
    'services/a/src/u.test.ts',
    anything('@trace-mesh/cost-ledger/testing'),
  ],
  ["a service's test → a double", 'services/a/src/v.test.ts', anything('@trace-mesh/postgres/testing')],
  [
    "a service's test → an instrumentation",
    'services/a/src/o.test.ts',
    anything('@opentelemetry/instrumentation-grpc'),
  ],
  ['a file → one of its own package', 'services/worker/src/handlers/m.ts', anything('../app.ts')],
  ['the environment in main.ts', 'services/worker/src/main.ts', READ],
  ['OTEL_* in the preload', 'packages/tracing/src/register.ts', READ],
];

interface Diagnostic {
  category: string;
  location: { path: string };
}

let diagnostics: Diagnostic[];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesh-arrows-'));
  await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  for (const [, file, line] of [...REJECTED, ...ACCEPTED]) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), `${line}\n`);
  }
  const args = ['lint', '--reporter=json', '--vcs-enabled=false', '.'];
  const options = { cwd: folder, preferLocal: true, localDir: ROOT, reject: false } as const;
  const { stdout } = await execa('biome', args, options);
  ({ diagnostics } = JSON.parse(stdout));
});
afterAll(() => rm(folder, { recursive: true }));

const rulesAt = (file: string) =>
  diagnostics.filter(({ location }) => location.path === file).map(({ category }) => category);

it.each(REJECTED)('the linter rejects %s', (_, file, _line, rule) => {
  expect(rulesAt(file)).toContain(rule);
});

it.each(ACCEPTED)('the linter accepts %s', (_, file) => {
  expect(rulesAt(file)).not.toContain(IMPORTS);
  expect(rulesAt(file)).not.toContain(ENV);
});

describe('the exports of a service, which the linter does not check:', async () => {
  const { stdout } = await execa('git', ['ls-files', 'services/*/package.json'], { cwd: ROOT });

  it.each(stdout.split('\n'))('%s exports only the modules for callers', async (file) => {
    const { default: manifest } = await import(`${ROOT}${file}`, { with: { type: 'json' } });
    expect(['./client', './messages', './frames', './testing']).toEqual(
      expect.arrayContaining(Object.keys(manifest.exports ?? {})),
    );
  });
});
