// Runs a TypeScript program of the project on a machine that has only Node >= 20 and npm:
//   node scripts/run.mjs TARGET.ts [args...]
// First finds or downloads the required Node and installs the packages. JavaScript without imports from npm, as nothing is
// installed yet. Writes nothing to stdout, which belongs to the target.
import { LaunchError, launch } from './launcher/errors.mjs';
import { prepare } from './launcher/install.mjs';
import { watchParents } from './launcher/parents.mjs';
import { endCurrent, endOrKillCurrent, run } from './launcher/processes.mjs';

const LIFELINE = new URL('lifeline.ts', import.meta.url).href;
const [target, ...args] = process.argv.slice(2);

// npm forwards no signal and may be killed: the exit of a parent ends the target too.
watchParents(endOrKillCurrent);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endCurrent(signal));

await launch(async () => {
  if (!target) throw new LaunchError('usage: node scripts/run.mjs TARGET.ts [args...]');
  const node = await prepare();
  process.exitCode = await run(node, ['--import', LIFELINE, target, ...args]);
});
