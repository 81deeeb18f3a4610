// Finds a Node that runs TypeScript sources. On a machine with an older one, npm downloads it to its cache, without root. Only
// its path is used then: npx does not stay among the parents of the program.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './checkout.mjs';
import { LaunchError } from './errors.mjs';
import { npmExec, reasonIn } from './npm.mjs';
import { withProgress } from './progress.mjs';

const REQUIRED = '24.11.1';
const DOWNLOADED = '24.21.0';
const OLDEST = '20.0.0';
/** Contains the version and the path of the downloaded Node. */
const NOTE = join(CHECKOUT, '.mesh', 'node-path');

function isAtLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  const differing = a.findIndex((number, index) => number !== b[index]);
  return differing === -1 || a[differing] > b[differing];
}

// On Linux the package that contains the program and needs no install script; elsewhere the package that selects it.
const packageName = process.platform === 'linux' ? `node-linux-${process.arch}` : 'node';
const pathIn = (line) => (line.startsWith(`${DOWNLOADED} `) ? line.slice(DOWNLOADED.length + 1) : undefined);

/** The path of a Node that is new enough. */
export async function findNode() {
  const { node: version } = process.versions;
  if (isAtLeast(version, REQUIRED)) return process.execPath;
  if (!isAtLeast(version, OLDEST)) {
    throw new LaunchError(
      `Node ${version} is too old to start Trace Mesh (install Node >= ${REQUIRED}, or >= 20, which downloads it)`,
    );
  }

  const known = existsSync(NOTE) ? pathIn(readFileSync(NOTE, 'utf8')) : undefined;
  if (known && existsSync(known)) return known;

  const command = ['node', '-p', 'process.versions.node + " " + process.execPath'];
  const { code, stdout, output } = await withProgress(
    `downloading Node ${DOWNLOADED} (this is ${version})`,
    () => npmExec(`${packageName}@${DOWNLOADED}`, command, { cwd: CHECKOUT }),
  );
  const line = stdout.trim().split('\n').at(-1) ?? '';
  const path = pathIn(line);
  if (code !== 0 || path === undefined) {
    const reason = code === 0 ? `npm ran ${line} instead` : reasonIn(output);
    throw new LaunchError(
      `Node ${version} is too old, and downloading Node ${DOWNLOADED} failed: ${reason} ` +
        `(check the network and "npm config get registry", or install Node >= ${REQUIRED})`,
    );
  }
  mkdirSync(join(CHECKOUT, '.mesh'), { recursive: true });
  writeFileSync(NOTE, line);
  return path;
}
