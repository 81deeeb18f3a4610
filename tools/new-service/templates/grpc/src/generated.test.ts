import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SERVICE = fileURLToPath(new URL('..', import.meta.url));
const COMMITTED = join(SERVICE, 'src/generated');

async function contents(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const texts = paths.map(async (path) => [path.slice(folder.length), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

it('the generated types match the proto (run `pnpm gen` here if not)', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'types-'));
  try {
    const { scripts } = JSON.parse(await readFile(join(SERVICE, 'package.json'), 'utf8'));
    const [tool, ...args] = scripts.gen.replace('src/generated', fresh).split(' ');
    await promisify(execFile)(join(SERVICE, 'node_modules/.bin', tool), args, { cwd: SERVICE });
    expect(await contents(fresh)).toEqual(await contents(COMMITTED));
  } finally {
    await rm(fresh, { recursive: true });
  }
}, 30_000);
