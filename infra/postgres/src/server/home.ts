// Where Postgres may run: a folder outside those of root, as Postgres refuses to run as root.
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The user that runs Postgres for root: 65534 is the unprivileged user of Linux. Undefined: the user of this process. */
export const serverUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/**
 * The folder of data and copied binaries: `.mesh` of the checkout, or for root one that every user may enter and only root may
 * write to. Throws an Error where another user has made that one.
 */
export async function serverHome(): Promise<string> {
  const inCheckout = fileURLToPath(new URL('../../../../.mesh', import.meta.url));
  const home = serverUser ? join(tmpdir(), 'trace-mesh-root') : inCheckout;
  await mkdir(home, { recursive: true });
  if (!serverUser) return home;
  const { uid } = await lstat(home);
  if (uid !== 0) throw new Error(`${home} belongs to uid ${uid} (remove it and start again)`);
  await chmod(home, 0o755);
  return home;
}
