// `npm run pack`: packs packages/tracing as a tarball for other projects. stdout has only its path.
//   npm run -s pack [-- FOLDER]
import { join, resolve } from 'node:path';
import { CHECKOUT } from './launcher/checkout.mjs';
import { LaunchError, launch } from './launcher/errors.mjs';
import { prepare } from './launcher/install.mjs';
import { pnpm } from './launcher/pnpm.mjs';
import { withProgress } from './launcher/progress.mjs';

const [folder = CHECKOUT, ...excess] = process.argv.slice(2);
if (folder.startsWith('-') || excess.length > 0) {
  const isHelp = folder === '--help';
  const usage =
    'npm run -s pack [-- FOLDER]\n\nPacks packages/tracing into FOLDER (default: the checkout) and prints the path.';
  (isHelp ? process.stdout : process.stderr).write(`${usage}\n`);
  process.exit(isHelp ? 0 : 2);
}

await launch(async () => {
  const node = await prepare();
  const args = ['pack', '--json', '--pack-destination', resolve(folder)];
  const { code, stdout, output } = await withProgress('packing packages/tracing', () =>
    pnpm(join(CHECKOUT, 'packages/tracing'), node, args),
  );
  if (code !== 0) throw new LaunchError(`packing packages/tracing failed:\n${output}`);
  process.stdout.write(`${JSON.parse(stdout).filename}\n`);
});
