import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { saves } from './saves.ts';

it('each save that changes the text is yielded, also one that replaces the file, until the abort', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trace-mesh-saves-'));
  const file = join(folder, 'program.ts');
  await writeFile(file, 'first');
  const stop = new AbortController();
  const seen = saves(file, stop.signal);
  const next = async () => (await seen.next()).done;

  expect(await next()).toBe(false);
  await writeFile(file, 'first');
  await writeFile(join(folder, 'other.ts'), 'other');
  await writeFile(file, 'second');
  expect(await next()).toBe(false);
  await writeFile(join(folder, 'new.ts'), 'third');
  await rename(join(folder, 'new.ts'), file);
  expect(await next()).toBe(false);
  const end = next();
  stop.abort();
  expect(await end).toBe(true);
  await rm(folder, { recursive: true });
});
