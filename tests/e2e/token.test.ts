// `npm run token` prints tokens that a running mesh accepts.
import { fileURLToPath } from 'node:url';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../packages/access/src/token.ts', import.meta.url));
const token = (...args: string[]) => execa(process.execPath, [COMMAND, ...args], { reject: false });

it('npm run token prints only a token, which the mesh of this checkout accepts', async () => {
  const { stdout, stderr, exitCode } = await token('--tenant', 'acme', '--user', 'ada');
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  const api = createRestApiClient(inject('endpoints')['rest-api'], () => `Bearer ${stdout}`);
  const { taskId } = await api.createTask({ prompt: 'p' });
  expect((await api.getTask(taskId)).tenantId).toBe('acme');
});

it('the token of npm run token has only the requested scopes and cost limit', async () => {
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
])('npm run token refuses %j with exit code 2 and names the option', async (args, message) => {
  const { exitCode, stdout, stderr } = await token(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});
