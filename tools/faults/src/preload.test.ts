// The preload in a process of its own.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { breakEnv, labEnv } from './env.ts';
import { openLab } from './lab.fixture.ts';

const PROGRAM = fileURLToPath(new URL('./idle.fixture.ts', import.meta.url));
/** The discard port, where nothing listens. */
const NO_LAB = 'ws://127.0.0.1:9/lab';

const run = (env: Record<string, string>) => execa(process.execPath, [PROGRAM], { env, timeout: 20_000 });

it('a program starts with the knobs of the lab, and ends when its work is done', async () => {
  await using open = await openLab();
  await open.lab.setKnobs({ fail: ['worker'] });
  const ended = await run({ ...labEnv(open.url), OTEL_SERVICE_NAME: 'worker' });
  expect(ended).toMatchObject({ stdout: 'worker', stderr: '', exitCode: 0 });
});

it('a program starts without knobs when no lab listens', async () => {
  const ended = await run({ ...labEnv(NO_LAB), OTEL_SERVICE_NAME: 'worker' });
  expect(ended).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
});

it('a program starts with the faults of the row that the environment names', async () => {
  const ended = await run({ ...breakEnv(20), OTEL_SERVICE_NAME: 'worker' });
  expect(ended).toMatchObject({ stdout: 'worker:redis', stderr: '', exitCode: 0 });
});

it('the preload does nothing in a program outside the mesh, or without the variable of a lab or row', async () => {
  await using open = await openLab();
  await open.lab.setKnobs({ fail: ['worker'] });
  const { MESH_LAB_URL: _, ...withoutLab } = labEnv(open.url);
  for (const env of [
    { ...labEnv(open.url), OTEL_SERVICE_NAME: 'migrations' },
    { ...withoutLab, OTEL_SERVICE_NAME: 'worker' },
  ]) {
    expect(await run(env)).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
  }
});
