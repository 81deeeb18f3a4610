// `npm run token`: what it prints, a running mesh takes.
import { fileURLToPath } from 'node:url';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../packages/access/src/token.ts', import.meta.url));
const token = (...args: string[]) => execa(process.execPath, [COMMAND, ...args], { reject: false });

it('prints a token, and nothing else, that the mesh of this checkout takes', async () => {
  const { stdout, stderr, exitCode } = await token('--tenant', 'acme', '--user', 'ada');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const api = createRestApiClient(inject('endpoints')['rest-api'], () => `Bearer ${stdout}`);
  const { taskId } = await api.createTask({ prompt: 'p' });
  expect((await api.getTask(taskId)).tenantId).toBe('acme');
});

it('prints one that allows what it was asked for, and no more', async () => {
  const { stdout } = await token('--tenant', 'acme', '--scope', 'tasks:read', '--cost-limit', '0.5');
  const claims = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ tenant_id: 'acme', sub: 'agent', scope: 'tasks:read' });
  expect(claims.cost_limit_micro_usd).toBe(500_000);
  const api = createRestApiClient(inject('endpoints')['rest-api'], () => `Bearer ${stdout}`);
  await expect(api.createTask({ prompt: 'p' })).rejects.toMatchObject({ status: 403 });
});

it.each([
  [[], '--tenant'],
  [['--tenant', 'acme', '--scope', 'tasks:delete'], 'Scopes are tasks:read'],
  [['--tenant', 'acme', '--minutes', '0'], 'number of minutes'],
  [['--tenant', 'acme', '--cost-limit', 'much'], 'amount in USD'],
])('refuses %j by name, with exit code 2', async (args, said) => {
  const { exitCode, stdout, stderr } = await token(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(said);
});
