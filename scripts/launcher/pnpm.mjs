// Runs pnpm: the one on PATH where it is new enough, else one from the registry.
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { npmExec } from './npm.mjs';
import { capture } from './processes.mjs';

const PNPM = '12.21.0';

/** On another disk than the home folder pnpm would make a store at that disk's root; keep it in the user's cache. */
export function storeOption(checkout) {
  const home = homedir();
  if (!existsSync(home) || statSync(home).dev === statSync(checkout).dev) return [];
  const shared = process.platform === 'darwin' ? join(home, 'Library') : join(home, '.local/share');
  const base = process.env.PNPM_HOME ?? join(process.env.XDG_DATA_HOME ?? shared, 'pnpm');
  return [`--store-dir=${join(base, 'store')}`];
}

/** `pnpm` with these arguments in `folder`, on the Node that the project runs on: `{code, stdout, output}`. */
export async function pnpm(folder, node, args) {
  // pnpm asks nothing under CI, and its helpers run on the Node that the project runs on.
  const env = { ...process.env, CI: 'true', PATH: `${dirname(node)}:${process.env.PATH}` };
  const options = { cwd: folder, env: { ...env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' } };
  const own = await capture('pnpm', ['--version'], options);
  if (own.code === 0 && Number.parseInt(own.stdout, 10) >= 12) return capture('pnpm', args, options);
  return npmExec(`pnpm@${PNPM}`, ['pnpm', ...args], options);
}
