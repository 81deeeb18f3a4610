// Runs the pnpm on PATH if it is new enough, else one from the registry.
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CHECKOUT } from './checkout.mjs';
import { npmExec } from './npm.mjs';
import { capture } from './processes.mjs';

const PNPM = '12.21.0';

/** Keeps the store in the user's data folder: on another disk than the home folder pnpm would create it at the root of that disk. */
export function storeOption() {
  const home = homedir();
  if (!existsSync(home) || statSync(home).dev === statSync(CHECKOUT).dev) return [];
  const shared = process.platform === 'darwin' ? join(home, 'Library') : join(home, '.local/share');
  const base = process.env.PNPM_HOME ?? join(process.env.XDG_DATA_HOME ?? shared, 'pnpm');
  return [`--store-dir=${join(base, 'store')}`];
}

/** `pnpm` with these arguments in `folder`, on the given Node: `{code, stdout, output}`. */
export async function pnpm(folder, node, args) {
  // Under CI pnpm does not prompt.
  const env = { ...process.env, CI: 'true', PATH: `${dirname(node)}:${process.env.PATH}` };
  const options = { cwd: folder, env: { ...env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' } };
  const installed = await capture('pnpm', ['--version'], options);
  const isUsable = installed.code === 0 && Number.parseInt(installed.stdout, 10) >= 12;
  if (isUsable) return capture('pnpm', args, options);
  return npmExec(`pnpm@${PNPM}`, ['pnpm', ...args], options);
}
