// The program as a person or a script runs it, without a terminal.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { HERE } from './checkout.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const run = (...args: string[]) =>
  execa(process.execPath, [MAIN, ...args], { reject: false, stdin: 'ignore' });

it('with --dry-run lists what it would write, and writes nothing', async () => {
  const before = await readFile(join(HERE, 'docker-compose.yml'), 'utf8');
  const { stdout, exitCode } = await run('new-service-test', '--kind', 'http', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('  new      services/new-service-test/src/main.ts');
  expect(stdout).toContain('  changed  docker-compose.yml');
  expect(existsSync(join(HERE, 'services/new-service-test'))).toBe(false);
  expect(await readFile(join(HERE, 'docker-compose.yml'), 'utf8')).toBe(before);
});

it('with --json prints one object and nothing else', async () => {
  const { stdout } = await run('new-service-test', '--kind', 'sqs', '--dry-run', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, dryRun: true, name: 'new-service-test', kind: 'sqs' });
  const refused = await run('worker', '--kind', 'sqs', '--json');
  expect(JSON.parse(refused.stdout)).toEqual({ ok: false, error: refused.stderr });
  expect(refused.exitCode).toBe(1);
});

it.each([
  [[], 'the NAME is missing: npm run new-service -- NAME --kind KIND'],
  [['greeter'], '--kind is missing: one of http, grpc, ws, mcp, sqs'],
  [['worker', '--kind', 'http'], '"worker" cannot be the service\'s name: services/worker is there already'],
])('says in one line what is wrong with %j', async (args, line) => {
  expect(await run(...args)).toMatchObject({ exitCode: 1, stdout: '', stderr: line });
});

it('refuses a kind that there is not, with 2', async () => {
  const { exitCode, stderr } = await run('greeter', '--kind', 'soap');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/soap.*Allowed choices are http, grpc, ws, mcp, sqs/);
});

it('documents its exit codes', async () => {
  const { exitCode, stdout } = await run('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Exit codes:\n {2}0 /);
});
