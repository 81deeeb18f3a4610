// Runs one of the project's TypeScript entry points on a machine that has only Node >= 20 and npm:
//   node scripts/run.mjs TARGET.ts [args...]
// Finds (or brings) the right Node and the packages first. Plain JavaScript without imports from npm, as nothing is
// installed yet. Writes nothing to stdout: that belongs to the target.

import { fileURLToPath } from 'node:url';
import { LaunchError } from './launcher/errors.mjs';
import { install } from './launcher/install.mjs';
import { findNode } from './launcher/node.mjs';
import { watchParents } from './launcher/parents.mjs';
import { abandonCurrent, endCurrent, run } from './launcher/processes.mjs';

const LIFELINE = new URL('./lifeline.ts', import.meta.url).href;
const [target, ...args] = process.argv.slice(2);

// npm takes no signal on, and may be killed outright: whoever started this is gone when the parents are.
watchParents(abandonCurrent);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endCurrent(signal));

try {
  if (!target) throw new LaunchError('usage: node scripts/run.mjs TARGET.ts [args...]');
  const checkout = fileURLToPath(new URL('..', import.meta.url));
  const node = await findNode(checkout);
  await install(checkout, node);
  process.exitCode = await run(node, ['--import', LIFELINE, target, ...args]);
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
