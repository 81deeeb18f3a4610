// Installs the packages when the lockfile asks for others than are there.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './errors.mjs';
import { withLock } from './lock.mjs';
import { reasonIn } from './npm.mjs';
import { pnpm, storeOption } from './pnpm.mjs';
import { withProgress } from './progress.mjs';

const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'];

function wanted(checkout) {
  const hash = createHash('sha256');
  for (const file of INPUTS) hash.update(readFileSync(join(checkout, file)));
  return hash.digest('hex');
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
