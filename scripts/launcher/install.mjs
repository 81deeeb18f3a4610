// Installs the packages when the lockfile asks for others than are there.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LaunchError } from './errors.mjs';
import { withLock } from './lock.mjs';
import { npmExec, reasonIn } from './npm.mjs';
import { capture } from './processes.mjs';
import { withProgress } from './progress.mjs';

const PNPM = '12.21.0';
const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'];

function wanted(checkout) {
  const hash = createHash('sha256');
  for (const file of INPUTS) hash.update(readFileSync(join(checkout, file)));
  return hash.digest('hex');
}

/** On another disk than the home folder pnpm would make a store at that disk's root; keep it in the user's cache. */
function storeOption(checkout) {
  const home = homedir();
  if (!existsSync(home) || statSync(home).dev === statSync(checkout).dev) return [];
  const shared = process.platform === 'darwin' ? join(home, 'Library') : join(home, '.local/share');
  const base = process.env.PNPM_HOME ?? join(process.env.XDG_DATA_HOME ?? shared, 'pnpm');
  return [`--store-dir=${join(base, 'store')}`];
}

async function pnpm(checkout, node, args) {
  // pnpm asks nothing under CI, and its helpers run on the Node that the project runs on.
  const env = { ...process.env, CI: 'true', PATH: `${dirname(node)}:${process.env.PATH}` };
  const options = { cwd: checkout, env: { ...env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' } };
  const own = await capture('pnpm', ['--version'], options);
  if (own.code === 0 && Number.parseInt(own.stdout, 10) >= 12) return capture('pnpm', args, options);
  return npmExec(`pnpm@${PNPM}`, ['pnpm', ...args], options);
}

/**
 * Brings `node_modules` to what the lockfile says; does nothing when it is there already. With `update` the lockfile is
 * first brought to what the package.json files say.
 */
export async function install(checkout, node, { update = false } = {}) {
  const stamp = join(checkout, 'node_modules', '.trace-mesh-installed');
  const isInstalled = () => !update && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted(checkout);
  if (isInstalled()) return;
  await withLock(join(checkout, '.mesh', 'install.lock'), async () => {
    // Another launcher may have installed while this one waited.
    if (isInstalled()) return;
    const lockfile = update ? '--no-frozen-lockfile' : '--frozen-lockfile';
    const args = ['install', lockfile, '--prefer-offline', ...storeOption(checkout)];
    const { code, output } = await withProgress('installing packages (the first time takes a minute)', () =>
      pnpm(checkout, node, args),
    );
    if (code !== 0) {
      // npm's own complaints, where pnpm could not even be had, are summed up in the reason.
      process.stderr.write(output.replaceAll(/^npm error.*\n?/gm, ''));
      throw new LaunchError(
        `The packages could not be installed (${reasonIn(output)}). ` +
          'Check the network and "npm config get registry", then start again.',
      );
    }
    writeFileSync(stamp, wanted(checkout));
  });
}
