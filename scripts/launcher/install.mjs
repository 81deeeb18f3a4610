// Installs the packages when the lockfile has changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './checkout.mjs';
import { LaunchError } from './errors.mjs';
import { withLock } from './lock.mjs';
import { findNode } from './node.mjs';
import { reasonIn } from './npm.mjs';
import { pnpm, storeOption } from './pnpm.mjs';
import { withProgress } from './progress.mjs';

const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'];
const STAMP = join(CHECKOUT, 'node_modules', '.trace-mesh-installed');

function hashOfInputs() {
  const hash = createHash('sha256');
  for (const file of INPUTS) hash.update(readFileSync(join(CHECKOUT, file)));
  return hash.digest('hex');
}

/** Installs what the lockfile lists, unless that is installed. With `update` it first updates the lockfile from the package.json files. */
export async function install(node, { update = false } = {}) {
  const isInstalled = () => !update && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashOfInputs();
  if (isInstalled()) return;
  await withLock(join(CHECKOUT, '.mesh', 'install.lock'), async () => {
    // Another launcher may have installed while this one waited.
    if (isInstalled()) return;
    const lockfile = update ? '--no-frozen-lockfile' : '--frozen-lockfile';
    const args = ['install', lockfile, '--prefer-offline', ...storeOption()];
    const { code, output } = await withProgress('installing packages (a minute the first time)', () =>
      pnpm(CHECKOUT, node, args),
    );
    if (code !== 0) {
      // The reason summarizes the errors of npm, which appear when npm cannot fetch pnpm.
      process.stderr.write(output.replaceAll(/^npm error.*\n?/gm, ''));
      throw new LaunchError(
        `installing packages failed: ${reasonIn(output)} (check the network and "npm config get registry")`,
      );
    }
    writeFileSync(STAMP, hashOfInputs());
  });
}

/** The path of a suitable Node, with all packages installed. */
export async function prepare() {
  const node = await findNode();
  await install(node);
  return node;
}
