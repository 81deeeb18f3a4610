// The preload in a process of its own: it acts where it is asked to, and holds nobody up.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { labEnv } from './env.ts';
import { openLab } from './lab.fixture.ts';

const PROGRAM = fileURLToPath(new URL('./idle.fixture.ts', import.meta.url));
/** Nobody listens on the discard port. */
const NOBODY = 'ws://127.0.0.1:9/lab';

const run = (env: Record<string, string>) => execa(process.execPath, [PROGRAM], { env, timeout: 20_000 });

it('a program begins with the knobs in force, and ends when its work is done', async () => {
  await using open = await openLab();
  await open.lab.setKnobs({ fail: ['worker'] });
  const ended = await run({ ...labEnv(open.url), OTEL_SERVICE_NAME: 'worker' });
  expect(ended).toMatchObject({ stdout: 'worker', stderr: '', exitCode: 0 });
});

it('a program for which there is no lab does the same without', async () => {
  const ended = await run({ ...labEnv(NOBODY), OTEL_SERVICE_NAME: 'worker' });
  expect(ended).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
});

it('a program that is none of the mesh, or was told of no lab, is left alone', async () => {
  await using open = await openLab();
  await open.lab.setKnobs({ fail: ['worker'] });
  const { MESH_LAB_URL: _, ...unaware } = labEnv(open.url);
  for (const env of [
    { ...labEnv(open.url), OTEL_SERVICE_NAME: 'migrations' },
    { ...unaware, OTEL_SERVICE_NAME: 'worker' },
  ]) {
    expect(await run(env)).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
  }
});
