import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ROOT } from './checkout.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const run = (...args: string[]) =>
  execa(process.execPath, [MAIN, ...args], { reject: false, stdin: 'ignore' });

it('with --dry-run, new-service lists its files and writes nothing', async () => {
  const before = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { stdout, exitCode } = await run('new-service-test', '--kind', 'http', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('  new      services/new-service-test/src/main.ts');
  expect(stdout).toContain('  changed  docker-compose.yml');
  expect(existsSync(join(ROOT, 'services/new-service-test'))).toBe(false);
  expect(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')).toBe(before);
});

it('with --json, new-service prints one object on stdout, errors included', async () => {
  const { stdout } = await run('new-service-test', '--kind', 'sqs', '--dry-run', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, dryRun: true, name: 'new-service-test', kind: 'sqs' });
  const failed = await run('worker', '--kind', 'sqs', '--json');
  expect(JSON.parse(failed.stdout)).toEqual({ ok: false, error: failed.stderr });
  expect(failed.exitCode).toBe(1);
});

it.each([
  [[], 'NAME is missing (npm run new-service -- NAME --kind KIND)'],
  [['greeter'], '--kind is missing (one of http, grpc, ws, mcp, sqs)'],
  [['worker', '--kind', 'http'], 'service name "worker": services/worker exists'],
])('new-service reports the problem of %j in one line', async (args, line) => {
  expect(await run(...args)).toMatchObject({ exitCode: 1, stdout: '', stderr: line });
});

it('new-service exits with 2 for an unknown kind and lists the kinds', async () => {
  const { exitCode, stderr } = await run('greeter', '--kind', 'soap');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/soap.*Allowed choices are http, grpc, ws, mcp, sqs/);
});

it('the help of new-service lists its exit codes', async () => {
  const { exitCode, stdout } = await run('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Exit codes:\n {2}0 /);
});
