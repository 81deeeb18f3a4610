// Updates the lockfile from the package.json files, and installs: after a change of a package.json.
//   node scripts/update.mjs
import { launch } from './launcher/errors.mjs';
import { install } from './launcher/install.mjs';

await launch(() => install(process.execPath, { update: true }));
