// `npm run pack`: packs what other projects install, each as a tarball. stdout has only their paths, one a line.
//   npm run -s pack [-- FOLDER [PACKAGE]]
import { join, resolve } from 'node:path';
import { CHECKOUT } from './launcher/checkout.mjs';
import { LaunchError, launch } from './launcher/errors.mjs';
import { prepare } from './launcher/install.mjs';
import { pnpm } from './launcher/pnpm.mjs';
import { withProgress } from './launcher/progress.mjs';

const PACKAGES = ['packages/tracing', 'tools/trace-doctor'];

const [folder = CHECKOUT, one, ...excess] = process.argv.slice(2);
const isUnknown = one !== undefined && !PACKAGES.includes(one);
if (folder.startsWith('-') || isUnknown || excess.length > 0) {
  const isHelp = folder === '--help';
  const usage = `npm run -s pack [-- FOLDER [PACKAGE]]

Packs ${PACKAGES.join(' and ')}, or the given one, into FOLDER (default: the checkout) and prints the paths.`;
  (isHelp ? process.stdout : process.stderr).write(`${usage}\n`);
  process.exit(isHelp ? 0 : 2);
}

await launch(async () => {
  const node = await prepare();
  const args = ['pack', '--json', '--pack-destination', resolve(folder)];
  for (const packed of one ? [one] : PACKAGES) {
    const { code, stdout, output } = await withProgress(`packing ${packed}`, () =>
      pnpm(join(CHECKOUT, packed), node, args),
    );
    if (code !== 0) throw new LaunchError(`packing ${packed} failed:\n${output}`);
    process.stdout.write(`${JSON.parse(stdout).filename}\n`);
  }
});
