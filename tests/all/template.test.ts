// `npm run template`: the copy is a repository of its own, without the tools that prove and break this one.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outsideEnv } from './outside-env.ts';
import { ROOT } from './root.ts';

/** Installing, checking and testing, on a small machine that does other things as well. */
const TIMEOUT_MS = 600_000;

const template = (args: string[]) =>
  execa(process.execPath, [join(ROOT, 'tools/template/src/main.ts'), ...args], {
    reject: false,
    env: outsideEnv(),
    extendEnv: false,
  });

/** A service of docker-compose.yml, as far as it is read here. */
interface Composed {
  build?: { args: { SERVICE: string } };
  environment?: object;
}

describe('a copy under the scope @shop', () => {
  let parent: string;
  let folder: string;
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'template-'));
    folder = join(parent, 'my-shop');
    const { exitCode, stdout } = await template([folder, '--scope', '@shop']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('npm test')]);
  }, TIMEOUT_MS);
  afterAll(() => rm(parent, { recursive: true }));
  const run = (command: string, args: string[]) =>
    execa(command, args, {
      cwd: folder,
      reject: false,
      env: outsideEnv(),
      extendEnv: false,
      preferLocal: true,
      localDir: folder,
    });

  it(
    'passes its npm test, and with a service generated in it the tests of that service',
    async () => {
      const generate = ['run', '-s', 'new-service', '--', 'price-list', '--kind', 'http', '--json'];
      const { stdout: made } = await run('npm', generate);
      expect(JSON.parse(made)).toMatchObject({ ok: true, name: 'price-list' });
      expect(JSON.parse(made).changed).toEqual(
        expect.arrayContaining(['docker-compose.yml', 'tools/topology/src/services.ts']),
      );
      const { stdout } = await run('npm', ['test']);
      const last = stdout.trim().split('\n').at(-1);
      const failures = stdout.split('\n').filter((line) => /FAIL|Error:|lint\/|error TS/.test(line));
      expect(last, failures.join('\n')).toMatch(/^[1-9]\d{2,} passed, 0 failed$/);
      expect(stdout).toContain('tools/topology/src/kubernetes/references.test.ts');
      for (const file of ['price-list/src/app', 'rest-api/src/outbox', 'worker/src/handlers/run-task-faults'])
        expect(stdout).toContain(`services/${file}.test.ts`);
    },
    TIMEOUT_MS,
  );

  it('has no file of the tools, and none that names their packages or this scope', async () => {
    expect(await readdir(join(folder, 'tools'))).toEqual(['new-service', 'topology']);
    expect(existsSync(join(folder, 'tests'))).toBe(false);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => !path.includes('node_modules') && !path.includes('/.mesh/'));
    expect(files.length).toBeGreaterThan(300);
    const tools = /@trace-mesh\/|@shop\/(scenarios|trace-doctor|cli|embedded|faults|lessons|console|tests)\b/;
    for (const path of files)
      expect(`${path}: ${tools.exec(await readFile(path, 'utf8'))?.[0]}`).toMatch(/: undefined$/);
  });

  it('has a compose file whose services are folders of it', async () => {
    const { name, services } = parse(await readFile(join(folder, 'docker-compose.yml'), 'utf8'), {
      merge: true,
    });
    expect(name).toBe('my-shop');
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining([
        'edge-mcp',
        'rest-api',
        'cost-ledger',
        'worker',
        'ws-hub',
        'migrate',
        'jaeger',
      ]),
    );
    expect(Object.keys(services)).not.toEqual(expect.arrayContaining(['console']));
    for (const { build, environment } of Object.values<Composed>(services)) {
      if (build) expect(existsSync(join(folder, build.args.SERVICE, 'package.json'))).toBe(true);
      expect(environment ?? {}).not.toHaveProperty('NODE_OPTIONS');
    }
  });

  it('has no link to a file that it does not have', async () => {
    const text = await readFile(join(folder, 'README.md'), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
  });

  it('is not made again in the same folder', async () => {
    const { exitCode, stderr } = await template([folder]);
    expect([exitCode, stderr]).toEqual([1, `${folder} is not empty: pass a new or empty folder`]);
  });
});

describe('npm run template', () => {
  it.each([
    [['/tmp/never', '--scope', 'shop'], 1, '--scope "shop": use lower-case'],
    [['/tmp/never', '--name', 'My Shop'], 1, '--name "My Shop": use lower-case'],
    [[], 2, "missing required argument 'dir'"],
    [['/tmp/never', '--colour'], 2, "unknown option '--colour'"],
  ])('%j ends with %i and says why', async (args, code, message) => {
    const { exitCode, stderr } = await template(args);
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
    expect(existsSync('/tmp/never')).toBe(false);
  });

  it('rejects a file in place of the folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'template-'));
    await writeFile(join(folder, 'file'), '');
    const { exitCode, stderr } = await template([join(folder, 'file')]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is not a folder that can be read')]);
    await rm(folder, { recursive: true });
  });

  it('lists its exit codes in its help', async () => {
    const { exitCode, stdout } = await template(['--help']);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Exit codes:\n {2}0 /)]);
  });
});
