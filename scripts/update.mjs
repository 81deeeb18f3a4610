// Installs what the package.json files ask for, and writes it into the lockfile: after a package was added to the checkout.
//   node scripts/update.mjs
import { fileURLToPath } from 'node:url';
import { LaunchError } from './launcher/errors.mjs';
import { install } from './launcher/install.mjs';

try {
  await install(fileURLToPath(new URL('..', import.meta.url)), process.execPath, { update: true });
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
