// The Node that runs the project's TypeScript as it is. A machine with an older one gets it from the registry, without
// root, into npm's cache. Only its path is taken from npm: npx stays out of the chain of processes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './errors.mjs';
import { npmExec, reasonIn } from './npm.mjs';
import { withProgress } from './progress.mjs';

const NEEDED = '24.11.1';
const BROUGHT = '24.21.0';
const OLDEST = '20.0.0';

function isAtLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  const differing = a.findIndex((number, index) => number !== b[index]);
  return differing === -1 || a[differing] > b[differing];
}

// On Linux the package with the program itself, which needs no install script; elsewhere the one that picks it.
const packageName = process.platform === 'linux' ? `node-linux-${process.arch}` : 'node';

/** The path of a Node that is new enough. */
export async function findNode(checkout) {
  const own = process.versions.node;
  if (isAtLeast(own, NEEDED)) return process.execPath;
  const mend = `install Node >= ${NEEDED}`;
  if (!isAtLeast(own, OLDEST)) {
    throw new LaunchError(
      `Node ${own} is too old to start Trace Mesh: ${mend} (or >= 20, and it brings its own).`,
    );
  }

  const note = join(checkout, '.mesh', 'node-path');
  const noted = existsSync(note) ? readFileSync(note, 'utf8') : '';
  if (noted.startsWith(`${BROUGHT} `) && existsSync(noted.slice(BROUGHT.length + 1))) {
    return noted.slice(BROUGHT.length + 1);
  }

  const question = ['node', '-p', 'process.versions.node + " " + process.execPath'];
  const answer = await withProgress(`bringing Node ${BROUGHT} (this one is ${own})`, () =>
    npmExec(`${packageName}@${BROUGHT}`, question, { cwd: checkout }),
  );
  const line = answer.stdout.trim().split('\n').at(-1) ?? '';
  if (answer.code !== 0 || !line.startsWith(`${BROUGHT} `)) {
    const why = answer.code === 0 ? `npm ran ${line} instead` : reasonIn(answer.output);
    throw new LaunchError(
      `Node ${own} is too old, and Node ${BROUGHT} could not be had from the npm registry (${why}). ` +
        `Check the network and "npm config get registry", or ${mend}.`,
    );
  }
  mkdirSync(join(checkout, '.mesh'), { recursive: true });
  writeFileSync(note, line);
  return line.slice(BROUGHT.length + 1);
}
