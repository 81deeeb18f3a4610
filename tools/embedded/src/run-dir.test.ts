import { access, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { makeRunDir, removeRunDir } from './run-dir.ts';

it('each mesh of a process has a separate run folder that every user may enter', async () => {
  const [one, other] = [await makeRunDir(), await makeRunDir()];
  await removeRunDir(one);
  await expect(access(one)).rejects.toThrow();
  expect((await stat(other)).mode & 0o777).toBe(0o755);
  await removeRunDir(other);
});
